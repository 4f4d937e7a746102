import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type TestContext } from 'vitest'
import { createProject, type Project } from '../support/project.ts'
import { filesOf, type Proof } from './blocks.ts'
import { runShell } from './shell.ts'

/** In place of Django's: tests of Python's own, which ask the mock. */
const MANAGE_PY = `
import json, os, unittest, urllib.request

class Profile(unittest.TestCase):
    def test_login(self):
        with urllib.request.urlopen(os.environ['GITHUB_API_URL'] + '/users/octocat') as response:
            self.assertEqual(json.load(response), {'login': 'octocat'})

unittest.main(argv=['manage.py'])
`

/** Skips the test where a program is not installed. */
export function needs(program: string, { skip }: TestContext): void {
  skip(spawnSync(program, ['--version']).error !== undefined, `${program} is not installed`)
}

/** Puts `python` on the PATH of what runs in a project, whatever this machine calls it. */
export function pythonFor(project: Project, context: TestContext): NodeJS.ProcessEnv {
  needs('python3', context)
  project.write({ 'bin/python': '#!/bin/sh\nexec python3 "$@"\n' })
  chmodSync(join(project.folder, 'bin/python'), 0o755)
  return { PATH: `${join(project.folder, 'bin')}:${process.env.PATH}` }
}

/** Of a block that runs `python manage.py test` with the declaration of the README. */
export const runsPythonTests: Proof = async (text, context) => {
  const project = createProject({ ...filesOf('README.md'), 'manage.py': MANAGE_PY })
  const { code, output } = await runShell(project, text, pythonFor(project, context))
  expect(output).toMatch(/^\.\n-+\nRan 1 test in .*\n\nOK\n$/)
  expect(code).toBe(0)
}
