import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { createProject, projectsFolder, type Project } from '../support/project.ts'
import { blockWith, filesOf, proveBlocks, type Proof } from './blocks.ts'
import { needs, pythonFor } from './python.ts'
import { runShell } from './shell.ts'

const files = filesOf('docs/any-language.md')
const projectOfPage = (): Project => createProject({ ...files, 'package-lock.json': '{}' })

/** In place of Django's, which reads the settings, and runs tests. */
const MANAGE_PY = `
import json, unittest, urllib.request
import settings

class Profile(unittest.TestCase):
    def test_login(self):
        with urllib.request.urlopen(settings.GITHUB_API_URL + '/users/octocat') as response:
            self.assertEqual(json.load(response), {'login': 'octocat'})

unittest.main(argv=['manage.py'])
`

/** Of a command that runs the page's tests in Python. */
const testsUsers: Proof = async (text, context) => {
  needs('python3', context)
  const { code, output } = await runShell(projectOfPage(), text)
  expect(output).toMatch(/^Ran 2 tests in .*\n\nOK$/m)
  expect(code).toBe(0)
}

const showsTestsOfUsers: Proof = (_text, context) =>
  testsUsers(blockWith('docs/any-language.md', 'run -- python3 -m unittest'), context)

const testsDjango: Proof = async (text, context) => {
  const project = createProject({ ...files, 'manage.py': MANAGE_PY })
  const { code, output } = await runShell(project, text, pythonFor(project, context))
  expect(output).toMatch(/^Ran 1 test in .*\n\nOK$/m)
  expect(code).toBe(0)
}

const smokes: Proof = async (text, context) => {
  needs('curl', context)
  expect(await runShell(projectOfPage(), text)).toMatchObject({ output: 'it answers\n', code: 0 })
}

proveBlocks('docs/any-language.md', {
  'mockberth.config.ts'(text) {
    const { folder } = projectOfPage()
    const listed = text.trim().split('\n')
    expect(listed.filter((name) => !existsSync(join(folder, name)))).toEqual([])
  },
  async 'mocks/node_modules/.bin/mockberth run mocks/mockberth.config.ts -- python3 -m unittest'(
    text,
    context,
  ) {
    needs('python3', context)
    const { 'mockberth.config.ts': declaration, ...others } = files
    const project = createProject({
      ...others,
      'mocks/mockberth.config.ts': declaration!,
      'mocks/package.json': '{}',
    })
    symlinkSync(join(projectsFolder, 'node_modules'), join(project.folder, 'mocks/node_modules'))
    const { code, output } = await runShell(project, text)
    expect(output).toMatch(/^Ran 2 tests in .*\n\nOK$/m)
    expect(code).toBe(0)
  },
  '# users.py': showsTestsOfUsers,
  '# test_users.py': showsTestsOfUsers,
  'npx mockberth run -- python3 -m unittest': testsUsers,
  '# settings.py': (_text, context) =>
    testsDjango(blockWith('docs/any-language.md', 'run -- python manage.py test'), context),
  'npx mockberth run -- python manage.py test': testsDjango,
  '# smoke.sh': (_text, context) =>
    smokes(blockWith('docs/any-language.md', 'run -- sh smoke.sh'), context),
  'npx mockberth run -- sh smoke.sh': smokes,
})
