import { join } from 'node:path'
import { expect, test } from 'vitest'
import { endOf, playwrightProject, runPlaywright } from '../playwright/playwright-project.ts'
import { createProject, projectsFolder } from '../support/project.ts'
import { envOf, FILES, who } from './dev-project.ts'

test('a server that was started with mocks has those, in pages too', async () => {
  const project = createProject(FILES)
  const cli = join(projectsFolder, 'node_modules/mockberth/dist/cli/index.js')
  const vite = ['npx', 'vite', '--host', '127.0.0.1']
  const running = project.start('node', [cli, 'run', 'mocks.ts', '--', ...vite])
  const [, url] = await running.printed(/Local: +(http:\S+?)\/?\n/)
  const dev = { ...running, url: url! }
  const env = await envOf(dev)
  expect(dev.output()).toContain(
    `mockberth: the mocks of what started this server\n  USERS_URL=${env.USERS_URL}\n  VITE_USERS_URL=${env.USERS_URL}\n  ORDERS_URL=${env.ORDERS_URL}\n`,
  )
  const main = await (await fetch(`${dev.url}/src/main.ts`)).text()
  expect(main).toContain(`"USERS_URL": "${env.USERS_URL}"`)
  expect(await who(env.USERS_URL)).toBe('one')
  dev.child.kill('SIGTERM')
  await dev.ended
})

test('the app of a Playwright worker has the mocks of that worker', async () => {
  const project = playwrightProject({
    ...FILES,
    'vite.config.ts': FILES['vite.config.ts'].replace(
      "'/env', (_request, response) => {",
      "'/who', async (_request, response) => response.end(await (await fetch(process.env.USERS_URL + '/who')).text()))\n    middlewares.use('/env', (_request, response) => {",
    ),
    'e2e/test.ts': `
import { mockTest } from 'mockberth/playwright'
import mocks from '../mocks.ts'

export { expect } from 'mockberth/playwright'
export const test = mockTest(mocks, { app: { command: 'vite --port {port} --host 127.0.0.1' } })`,
    'e2e/own.spec.ts': `
import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'

test('has its own', async ({ apis, request }) => {
  apis.users.use(http.get('/who', () => HttpResponse.text('mine')))
  expect(await (await request.get('/who')).text()).toBe('mine')
  await expect(apis.users).toHaveReceived('GET', '/who')
  expect(await (await request.get('/src/main.ts')).text()).toContain(apis.users.url)
})`,
  })
  expect(endOf(await runPlaywright(project))).toBe('1 passed; 0')
})
