import { chromium } from '@playwright/test'
import { expect, onTestFinished, test } from 'vitest'
import { findChromium } from '../../scripts/chromium.ts'
import { portsOf } from '../support/listeners.ts'
import { createProject } from '../support/project.ts'
import { envOf, FILES, MOCKS, startDev, who } from './dev-project.ts'

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
