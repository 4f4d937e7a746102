import { expect, test } from 'vitest'
import { PASSING_TEST, pluginlessProject, pluginProject } from './vitest-project.ts'

const MOCK_TEST = `
import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'
import { test } from './mock-test.ts'

test('has an outage and an override', async ({ apis }) => {
  await apis.users.stop()
  await apis.users.start()
  apis.users.use(http.get('/users/7', () => HttpResponse.json('changed')))
  expect(await (await fetch(process.env.USERS_API_URL + '/users/7')).json()).toBe('changed')
})
`

test.for([
  ['with the plugin', pluginProject, PASSING_TEST],
  ['without it', pluginlessProject, MOCK_TEST],
] as const)(
  'a run that succeeds %s prints what Vitest prints and nothing else',
  async ([, makeProject, plainTest]) => {
    const project = makeProject({ 'a.test.ts': plainTest, 'b.test.ts': MOCK_TEST })
    const { code, output } = await project.run('vitest', [
      'run',
      '--no-isolate',
      '--maxWorkers=1',
      '--slowTestThreshold=60000',
    ])
    const said = output
      .replace(project.folder, '/project')
      .replace(/(?<=RUN +v)\S+/, 'X')
      .replaceAll(/[ab](?=\.test\.ts)/g, 'x')
      .replaceAll(/\d+ms$/gm, '0ms')
      .replace(/(?<=Start at {2}).*/, 'now')
      .replace(/(?<=Duration {2}).*/, 'short')
    expect(said).toBe(`
 RUN  vX /project

 ✓ x.test.ts (1 test) 0ms
 ✓ x.test.ts (1 test) 0ms

 Test Files  2 passed (2)
      Tests  2 passed (2)
   Start at  now
   Duration  short

`)
    expect(code).toBe(0)
  },
)
