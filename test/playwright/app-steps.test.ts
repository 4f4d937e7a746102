import { expect, test } from 'vitest'
import { APP_TEST, appProject, runWithApps } from './app-project.ts'

/** Prints the steps of each test as a tree, with the lines of the spec that they are of. */
const STEPS = `
export default class {
  printsToStdio = () => true
  onTestEnd({ title }, { steps }) {
    console.log(title)
    const print = (steps, indent) => {
      for (const { title, location, steps: more } of steps) {
        console.log(indent + title + (location ? ' (' + location.file.split('/').at(-1) + ':' + location.line + ')' : ''))
        print(more, indent + '  ')
      }
    }
    print(steps, '  ')
  }
}
`

test('what is done with the app is among the steps, and nothing else', async () => {
  const project = appProject(
    {
      'steps.js': STEPS,
      'e2e/1.spec.ts': `
import { expect, test } from './test.ts'

test('starts it', async ({ app, apis }) => {
  await expect(apis.users).not.toHaveReceived('GET')
})

test('starts it anew', async ({ app }) => {
  await app.restart()
})

test('is the last', () => {
  throw new Error('it fails')
})
`,
      'e2e/2.spec.ts':
        APP_TEST.replace(
          "{ command: 'node server.js' }",
          "{ front: { command: 'node server.js' }, back: { command: 'node server.js' } }",
        ) + "test('starts several', () => {})",
    },
    'workers: 1',
  )
  const { output } = await runWithApps(project, ['--reporter=./steps.js'])
  expect(output).toBe(`starts it
  Before Hooks
    start the app: node server.js (1.spec.ts:4)
  Expect "not toHaveReceived" (1.spec.ts:5)
  After Hooks
starts it anew
  Before Hooks
  restart the app (1.spec.ts:9)
  After Hooks
is the last
  Before Hooks
  After Hooks
  Worker Cleanup
    end the app: node server.js (1.spec.ts:12)
starts several
  Before Hooks
    start the apps: front, back (2.spec.ts:7)
  After Hooks
`)
})
