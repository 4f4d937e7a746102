import { expect } from 'vitest'
import { createProject, type Project } from '../support/project.ts'
import { filesOf, proveBlocks, type Proof } from './blocks.ts'
import { needs } from './python.ts'
import { installs, runShell } from './shell.ts'

/** The folder of who has done what the page says, with a package.json as `npm install` leaves it. */
const startedProject = (): Project =>
  createProject({ 'package.json': '{}', ...filesOf('docs/getting-started.md') })

/** Of a command whose tests pass there. */
const passes =
  (summary: RegExp): Proof =>
  async (text) => {
    const { code, output } = await runShell(startedProject(), text)
    expect(output).toMatch(summary)
    expect(code).toBe(0)
  }

const passesInPython: Proof = (text, context) => {
  needs('python3', context)
  return passes(/^Ran 1 test in .*\n\nOK$/m)(text, context)
}

proveBlocks('docs/getting-started.md', {
  'npm install --save-dev mockberth msw vitest': installs,
  'npx vitest run': passes(/Tests {2}1 passed \(1\)/),
  'npm install --save-dev mockberth msw @playwright/test': installs,
  'npx playwright test e2e': passes(/^ {2}1 passed/m),
  'npm install --save-dev mockberth msw': installs,
  '# test_profile.py': (_text, context) =>
    passesInPython(
      'npx mockberth run fixtures/mocks.ts -- python3 -m unittest test_profile',
      context,
    ),
  'npx mockberth run fixtures/mocks.ts -- python3 -m unittest': passesInPython,
})
