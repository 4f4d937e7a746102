import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { entryOf, harOf } from '../support/har.ts'
import { portsOf } from '../support/listeners.ts'
import { connect, message } from '../support/raw-client.ts'
import { projectWith } from './declared-project.ts'
import { startServe, urlsOf, who } from './serving.ts'

/** A declaration of two APIs, of which one answers with a text of another file. */
const MOCKS = `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'
import { text } from './src/text'

export default defineMocks({
  users: {
    env: 'USERS_URL',
    handlers: () => [
      http.get('/who', () => HttpResponse.text(text)),
      http.get('/held', () => new Promise((resolve) => (globalThis.release = () => resolve(HttpResponse.text(text))))),
      http.get('/is-held', () => HttpResponse.text(String('release' in globalThis))),
      http.get('/release', () => { globalThis.release(); return HttpResponse.text('released') }),
    ],
  },
  orders: { env: { ORDERS_URL: ({ url }) => url + '/v1' } },
})`

const textFile = (text: string) => ({ 'src/text.ts': `export const text: string = '${text}'` })

test('when what it imports changes, it is loaded again, as often as that is, on the same ports', async () => {
  const project = projectWith({ 'mocks.ts': MOCKS, ...textFile('0') })
  const running = startServe(project, ['mocks.ts'])
  const { users } = await urlsOf(running)
  const ports = portsOf(running.child.pid!).toSorted()
  const client = await connect(Number(new URL(users).port))
  for (const text of ['1', '2', '3', '4', '5']) {
    project.write(textFile(text))
    await running.printed(new RegExp(`(Loaded again, because of src/text\\.ts[\\s\\S]*){${text}}`))
    expect(await who(users)).toBe(text)
    client.send(message('GET /who'))
    expect((await client.reply()).body.toString()).toBe(text)
  }
  expect(portsOf(running.child.pid!).toSorted()).toEqual(ports)
  // The table is the same, and is not shown again.
  expect(running.output().match(/USERS_URL=/g)).toHaveLength(1)
})

test('a file that is written in place, byte by byte, is loaded as it is in the end', async () => {
  const project = projectWith({ 'mocks.ts': MOCKS, ...textFile('0') })
  const running = startServe(project, ['mocks.ts'])
  const { users } = await urlsOf(running)
  const text = textFile('in the end')['src/text.ts']
  for (let length = 1; length <= text.length; length++) {
    writeFileSync(join(project.folder, 'src/text.ts'), text.slice(0, length))
    await new Promise(setImmediate)
  }
  await expect.poll(() => who(users)).toBe('in the end')
})

test('a request that is being answered is answered as it began', async () => {
  const project = projectWith({ 'mocks.ts': MOCKS, ...textFile('before') })
  const running = startServe(project, ['mocks.ts'])
  const { users } = await urlsOf(running)
  const held = fetch(`${users}/held`).then((reply) => reply.text())
  const ask = async (path: string): Promise<string> => (await fetch(users + path)).text()
  await expect.poll(() => ask('/is-held')).toBe('true')
  project.write(textFile('after'))
  await running.printed(/Loaded again/)
  expect(await who(users)).toBe('after')
  expect(await ask('/release')).toBe('released')
  expect(await held).toBe('before')
})

test.for<[what: string, files: Record<string, string>, said: string]>([
  [
    'that cannot be read',
    { 'src/text.ts': 'export const text = ' },
    'cannot be loaded; mend it, or what it imports: ',
  ],
  ['that throws', { 'src/text.ts': `throw new Error('no text')` }, 'what it imports: no text\n'],
  [
    'with a mistake',
    { 'mocks.ts': MOCKS.replace("env: 'USERS_URL'", "env: 'USERS URL'") },
    'cannot be used: the API users: env got "USERS URL"',
  ],
  [
    'with a recording that is not there',
    { 'mocks.ts': MOCKS.replace("env: 'USERS_URL'", "env: 'USERS_URL', recording: 'none.har'") },
    'there is no recording ',
  ],
  ['that declares nothing', { 'mocks.ts': 'export {}' }, 'has no default export'],
])(
  'a declaration %s changes nothing, and is said; mended, it is served',
  async ([, files, said]) => {
    const right = { 'mocks.ts': MOCKS, ...textFile('before') }
    const project = projectWith(right)
    const running = startServe(project, ['mocks.ts'])
    const { users } = await urlsOf(running)
    project.write(files)
    await running.printed(/What was served before still is\./)
    expect(running.output()).toContain(said)
    expect(await who(users)).toBe('before')
    project.write({ ...right, ...textFile('mended') })
    await expect.poll(() => who(users)).toBe('mended')
    running.child.kill('SIGINT')
    expect(await running.ended).toMatchObject({ code: 0, errors: '' })
  },
)

test('a file that is imported anew, with a mistake in it, is watched, too', async () => {
  const project = projectWith({ 'mocks.ts': MOCKS, ...textFile('before') })
  const running = startServe(project, ['mocks.ts'])
  const { users } = await urlsOf(running)
  project.write({ 'other/text.ts': 'export const text =' })
  project.write({ 'mocks.ts': MOCKS.replace('./src/text', './other/text') })
  await running.printed(/What was served before still is\./)
  project.write({ 'other/text.ts': `export const text = 'of the other'` })
  await expect.poll(() => who(users)).toBe('of the other')
})

const nested = (text: string) => ({ 'src/of/text.ts': `export const text: string = '${text}'` })

test('a folder that is removed and made anew, as by a change of branches, is watched again', async () => {
  const project = projectWith({
    'mocks.ts': MOCKS.replace('./src/text', './src/of/text'),
    ...nested('0'),
  })
  const running = startServe(project, ['mocks.ts'])
  const { users } = await urlsOf(running)
  for (const [folder, text] of [
    ['src/of', '1'],
    ['src', '2'],
    ['src/of', '3'],
  ] as const) {
    rmSync(join(project.folder, folder), { recursive: true })
    mkdirSync(join(project.folder, folder))
    project.write(nested(text))
    await expect.poll(() => who(users)).toBe(text)
    rmSync(join(project.folder, folder), { recursive: true })
    await running.printed(new RegExp(`(What was served before still is\\.[\\s\\S]*){${text}}`))
    project.write(nested(`${text} again`))
    await expect.poll(() => who(users)).toBe(`${text} again`)
  }
})

test('Ctrl-C ends it at once, also while it is being loaded again', async () => {
  const project = projectWith({
    'mocks.ts': `${MOCKS}\nawait globalThis.loading?.()`,
    ...textFile('0'),
    'hold.js': `
let loads = 0
globalThis.loading = () => {
  if (++loads === 1) return
  console.log('is loading')
  return new Promise((resolve) => setTimeout(resolve, 600_000))
}`,
  })
  const running = startServe(project, ['mocks.ts'], { NODE_OPTIONS: '--import ./hold.js' })
  await urlsOf(running)
  project.write(textFile('1'))
  await running.printed(/is loading/)
  running.child.kill('SIGINT')
  expect(await running.ended).toMatchObject({ code: 0, errors: '' })
})

test('APIs come and go, and the table is shown again', async () => {
  const project = projectWith({ 'mocks.ts': MOCKS, ...textFile('text') })
  const running = startServe(project, ['mocks.ts'])
  const { users, orders } = await urlsOf(running)
  project.write({ 'mocks.ts': MOCKS.replace('orders: {', 'parcels: {') })
  const [, parcels] = await running.printed(/^ {2}parcels {2}(\S+) {2}ORDERS_URL$/m)
  expect(running.output().match(/^ {2}users .*$/gm)).toEqual([
    `  users   ${users}  USERS_URL`,
    `  users    ${users}  USERS_URL`,
  ])
  expect(parcels).not.toBe(orders)
  expect((await fetch(parcels!)).status).toBe(501)
  await expect(fetch(orders)).rejects.toThrow('fetch failed')
  expect(await who(users)).toBe('text')
})

const recording = (text: string) => ({
  'api.har': harOf([entryOf({ url: '/said' }, { content: { text } })]),
})

test('a recording that changes is loaded again', async () => {
  const mocks = MOCKS.replace("env: 'USERS_URL'", "env: 'USERS_URL', recording: 'api.har'")
  const project = projectWith({ 'mocks.ts': mocks, ...textFile(''), ...recording('before') })
  const running = startServe(project, ['mocks.ts'])
  const { users } = await urlsOf(running)
  const said = async (): Promise<string> => (await fetch(`${users}/said`)).text()
  expect(await said()).toBe('before')
  project.write(recording('after'))
  await running.printed(/Loaded again, because of api\.har/)
  expect(await said()).toBe('after')
  expect(running.output()).toMatch(/users {3}200 {2}GET \/said {2}\d+ ms {2}entry 1\n/)
})

test('what was served before leaves nothing behind', async () => {
  const project = projectWith({ 'mocks.ts': MOCKS, ...textFile('0') })
  const running = startServe(project, ['mocks.ts'])
  await urlsOf(running)
  const before = portsOf(running.child.pid!).length
  for (const text of ['1', '2', '3']) {
    project.write(textFile(text))
    await running.printed(new RegExp(`(Loaded again[\\s\\S]*){${text}}`))
  }
  expect(portsOf(running.child.pid!)).toHaveLength(before)
  running.child.kill('SIGTERM')
  const [code] = await once(running.child, 'close')
  expect(code).toBe(0)
})
