import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { expect, onTestFinished, test } from 'vitest'
import { findChromium } from '../../scripts/chromium.ts'
import { portsOf } from '../support/listeners.ts'
import { endOf, playwrightProject, runPlaywright } from '../playwright/playwright-project.ts'
import { createProject, projectsFolder, type Project, type Running } from '../support/project.ts'

const MOCKS = `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'
import { text } from './src/text'

export default defineMocks({
  users: { env: ['USERS_URL', 'VITE_USERS_URL'], handlers: [http.get('/who', () => HttpResponse.text(text))] },
  orders: { env: { ORDERS_URL: ({ url }) => url + '/v1' } },
})`

/** A page that asks a mock, and a path of the server that tells its environment. */
const FILES = {
  'mocks.ts': MOCKS,
  'src/text.ts': `export const text: string = 'one'`,
  'vite.config.ts': `
import { mockberth } from 'mockberth/vite'
import { defineConfig } from 'vite'

const env = {
  name: 'env',
  configureServer: ({ middlewares }) => {
    middlewares.use('/env', (_request, response) => {
      const { USERS_URL, VITE_USERS_URL, ORDERS_URL, PEOPLE_URL } = process.env
      response.end(JSON.stringify({ USERS_URL, VITE_USERS_URL, ORDERS_URL, PEOPLE_URL }))
    })
  },
}
export default defineConfig({ plugins: [mockberth('./mocks.ts'), env], server: { port: 0 } })`,
  'index.html': '<p></p><script type="module" src="/src/main.ts"></script>',
  'src/main.ts': `
const reply = await fetch(import.meta.env.USERS_URL + '/who')
document.querySelector('p').textContent = (await reply.text()) + ' of ' + import.meta.env.USERS_URL`,
  'test/one.test.js': `
import { expect, test } from 'vitest'
test('is asked', async () => {
  expect(await (await fetch(process.env.USERS_URL + '/who')).text()).toBe('one')
})`,
}

interface Dev extends Running {
  readonly url: string
}

async function startDev(project: Project, args: readonly string[] = []): Promise<Dev> {
  const running = project.start('vite', ['--host', '127.0.0.1', ...args])
  const [, url] = await running.printed(/Local: +(http:\S+?)\/?\n/)
  return { ...running, url: url! }
}

async function envOf({ url }: Dev): Promise<Record<string, string>> {
  return (await fetch(`${url}/env`)).json() as Promise<Record<string, string>>
}

async function who(url = ''): Promise<string> {
  return (await fetch(`${url}/who`)).text()
}

test('the URLs are in process.env and in import.meta.env, and the mocks end with the server', async () => {
  const project = createProject(FILES)
  const dev = await startDev(project)
  const env = await envOf(dev)
  const users = env.USERS_URL!
  expect(users).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(env.VITE_USERS_URL).toBe(users)
  expect(dev.output()).toContain(
    `mockberth serves\n  users   USERS_URL=${users}  VITE_USERS_URL=${users}\n  orders  ORDERS_URL=${env.ORDERS_URL}\n`,
  )
  const browser = await chromium.launch({
    executablePath: findChromium().executablePath,
    args: ['--no-sandbox', '--disable-quic'],
  })
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  await page.goto(dev.url)
  await expect.poll(() => page.textContent('p')).toBe(`one of ${users}`)
  await fetch(`${users}/whom`)
  await dev.printed(
    /mockberth: Unhandled request to users: GET \S+\/whom\n\nNearest to it:\n {2}GET \/who\n/,
  )
  dev.child.kill('SIGTERM')
  await dev.ended
  expect(portsOf(dev.child.pid!)).toEqual([])
  await expect(fetch(users)).rejects.toThrow('fetch failed')
})

test('a declaration that changes is served on the same ports, and new names come with a restart', async () => {
  const project = createProject(FILES)
  const dev = await startDev(project)
  const { USERS_URL: users } = await envOf(dev)
  project.write({ 'src/text.ts': 'export const text =' })
  await dev.printed(/What was served before still is\./)
  expect(await who(users)).toBe('one')
  project.write({ 'src/text.ts': `export const text = 'two'` })
  await expect.poll(() => who(users)).toBe('two')
  expect(dev.output()).not.toContain('server restarted')
  project.write({ 'mocks.ts': MOCKS.replace(`'USERS_URL', 'VITE_USERS_URL'`, `'PEOPLE_URL'`) })
  await dev.printed(/server restarted/)
  const { USERS_URL, PEOPLE_URL } = await envOf(dev)
  expect([USERS_URL, PEOPLE_URL]).toEqual([undefined, users])
  const main = await (await fetch(`${dev.url}/src/main.ts`)).text()
  expect(main).toContain(`"PEOPLE_URL": "${users}"`)
})

test('a server that starts anew, as its config has changed, has the mocks on the same ports', async () => {
  const project = createProject(FILES)
  const dev = await startDev(project)
  const { USERS_URL: users } = await envOf(dev)
  const ports = portsOf(dev.child.pid!).length
  for (const time of [1, 2, 3]) {
    project.write({ 'vite.config.ts': `${FILES['vite.config.ts']}\n// ${time}` })
    await dev.printed(new RegExp(`(server restarted[\\s\\S]*){${time}}`))
    expect(await envOf(dev)).toMatchObject({ USERS_URL: users })
    expect(await who(users)).toBe('one')
  }
  project.write({ 'src/text.ts': `export const text = 'two'` })
  await expect.poll(() => who(users)).toBe('two')
  expect(portsOf(dev.child.pid!)).toHaveLength(ports)
})

test('a server that is closed while its mocks are loaded again leaves nothing of them', async () => {
  const project = createProject({
    ...FILES,
    'mocks.ts': `${MOCKS}\nawait globalThis.loading?.()`,
    'close.js': `
import { writeFileSync } from 'node:fs'
import { createServer } from 'vite'

const server = await createServer({ configFile: 'vite.config.ts' })
await server.listen()
const loading = new Promise((isLoading) => {
  globalThis.loading = () => new Promise((goOn) => isLoading(goOn))
})
writeFileSync('mocks.ts', ${JSON.stringify(MOCKS.replace('orders: {', 'more: {}, orders: {'))} + '\\nawait globalThis.loading?.()')
const goOn = await loading
const closed = server.close()
goOn()
await closed
console.log('USERS_URL is ' + process.env.USERS_URL)`,
  })
  const { code, output } = await project.run('node', ['close.js'])
  expect(output).toContain('USERS_URL is undefined\n')
  expect(output).not.toMatch(/restarted|Error/)
  expect(code).toBe(0)
})

test('a plugin behind it may lead a proxy to the mocks', async () => {
  const proxy =
    "{ name: 'proxy', config: () => ({ server: { proxy: { '/who': process.env.USERS_URL! } } }) }"
  const project = createProject({
    ...FILES,
    'vite.config.ts': FILES['vite.config.ts'].replace(', env]', `, env, ${proxy}]`),
  })
  expect(await who((await startDev(project)).url)).toBe('one')
})

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

test('the same plugin boots in the workers of Vitest, and not in its main process', async () => {
  const project = createProject({
    ...FILES,
    'vite.config.ts': `${FILES['vite.config.ts']}\nprocess.once('exit', () => console.log('URL in main: ' + process.env.USERS_URL))`,
  })
  const { output, code } = await project.run('vitest', ['run'])
  expect(output).toContain('URL in main: undefined\n')
  expect(output).not.toContain('mockberth serves')
  expect(code).toBe(0)
})

test('what is built, or looked at as it was built, has no mocks', async () => {
  const project = createProject({
    ...FILES,
    'src/main.ts': 'document.title = String(import.meta.env.USERS_URL)',
  })
  const { output, code } = await project.run('vite', ['build'])
  expect(output).not.toContain('mockberth')
  expect(code).toBe(0)
  const preview = project.start('vite', ['preview', '--port', '0', '--host', '127.0.0.1'])
  await preview.printed(/Local:/)
  expect(portsOf(preview.child.pid!)).toHaveLength(1)
  expect(preview.output()).not.toContain('mockberth')
})

test.for<[what: string, mocks: string | undefined, error: RegExp]>([
  ['that is not there', undefined, /there is no file \S+none\.ts\./],
  [
    'with a mistake',
    `import { defineMocks } from 'mockberth'\nexport default defineMocks({ a: { ports: 1 } })`,
    /the API a has no option "ports"/,
  ],
  [
    'that throws',
    `throw new Error('out of order')`,
    /cannot be loaded; mend it, or what it imports: out of order/,
  ],
])('a declaration %s ends the server before it starts', async ([, mocks, error]) => {
  const project = createProject({
    ...FILES,
    ...(mocks === undefined
      ? { 'vite.config.ts': FILES['vite.config.ts'].replace('./mocks.ts', './none.ts') }
      : { 'mocks.ts': mocks }),
  })
  const { output, code } = await project.run('vite', [])
  expect(output).toMatch(error)
  expect(code).toBe(1)
})
