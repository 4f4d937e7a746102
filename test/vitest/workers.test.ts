import { expect, test } from 'vitest'
import { pluginProject, portsLeft, portsOfRun } from './vitest-project.ts'

/** All three run at the same time: each waits until it has met the others. */
const MEETING_TEST = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, vi } from 'vitest'
import { test } from './mock-test.ts'

const names = ['a', 'b', 'c']
const me = basename(import.meta.filename)[0]

test('has a port of its own, and sees its own requests only', async ({ apis }) => {
  writeFileSync(me + '.port', String(apis.users.port))
  await vi.waitUntil(() => names.every((name) => existsSync(name + '.port')), 30_000)
  const ports = names.map((name) => readFileSync(name + '.port', 'utf8'))
  expect(new Set(ports).size).toBe(3)

  const url = process.env.USERS_API_URL
  await Promise.all(Array.from({ length: 50 }, (_, index) => fetch(url + '/users/' + me + index)))
  writeFileSync(me + '.done', '')
  await vi.waitUntil(() => names.every((name) => existsSync(name + '.done')), 30_000)

  const ids = apis.users.exchanges.map(({ request }) => request.path.replace('/users/', ''))
  expect(ids.toSorted()).toEqual(Array.from({ length: 50 }, (_, index) => me + index).toSorted())
}, 60_000)
`

test.for(['forks', 'threads'])(
  'parallel workers (%s) have a port each, and each sees its own requests only',
  async (pool) => {
    const project = pluginProject(
      { 'a.test.ts': MEETING_TEST, 'b.test.ts': MEETING_TEST, 'c.test.ts': MEETING_TEST },
      `pool: '${pool}', maxWorkers: 3`,
    )
    expect(await project.run('vitest', ['run'])).toHaveEnded('3 passed (3)', 0)
    expect(new Set(portsOfRun(project)).size).toBe(3)
    expect(portsLeft(project)).toEqual([])
  },
)

/** Each file does the same, so that what one leaves behind shows in the next. */
const POOL_TEST = `
import { http, HttpResponse } from 'msw'
import { expect, vi } from 'vitest'
import { urlAtImport } from './src/client.ts'
import { test } from './mock-test.ts'

test('changes all that a test can change', async ({ apis }) => {
  expect(urlAtImport).toBe(process.env.USERS_API_URL)
  expect(import.meta.env.USERS_API_URL).toBe(urlAtImport)
  expect(urlAtImport).toBe(apis.users.url)

  apis.users.use(
    http.get('/users/:id', () => HttpResponse.json('changed')),
    http.get('/bytes', () => HttpResponse.arrayBuffer(new Uint8Array([1, 2, 255]).buffer)),
    http.post('/echo', async ({ request }) => HttpResponse.json(await request.json())),
    http.get('/stream', () => new HttpResponse(new ReadableStream({
      async start(controller) {
        for (const part of ['one', 'two']) {
          controller.enqueue(new TextEncoder().encode(part))
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
        controller.close()
      },
    }))),
  )
  expect(await (await fetch(urlAtImport + '/users/1')).json()).toBe('changed')
  expect([...(await (await fetch(urlAtImport + '/bytes')).bytes())]).toEqual([1, 2, 255])
  const echo = await fetch(urlAtImport + '/echo', { method: 'POST', body: '{"a":["ü"]}' })
  expect(await echo.json()).toEqual({ a: ['ü'] })
  expect(await (await fetch(urlAtImport + '/stream')).text()).toBe('onetwo')
  expect(apis.users.find('POST', '/echo').request.json()).toEqual({ a: ['ü'] })
  expect(apis.users.exchanges).toHaveLength(4)

  delete process.env.USERS_API_URL
  await apis.users.stop()
})

test('finds everything as new', async ({ apis }) => {
  expect(apis.users.exchanges).toEqual([])
  expect(process.env.USERS_API_URL).toBe(urlAtImport)
  expect(await (await fetch(urlAtImport + '/users/1')).json()).toEqual({ id: '1' })
  expect((await vi.importActual('./mocks.ts')).default.names).toEqual(['users'])
})
`

const POOL_FILES = {
  'src/client.ts': 'export const urlAtImport = process.env.USERS_API_URL',
  'a.test.ts': POOL_TEST,
  'b.test.ts': POOL_TEST,
  'c.test.ts': POOL_TEST,
}

test.for([
  ['forks', true, 3],
  ['forks', false, 1],
  ['threads', true, 3],
  ['threads', false, 1],
  ['vmForks', true, 3],
  ['vmThreads', true, 3],
] as const)(
  'the pool %s with isolate: %s leaves nothing of one test to the next',
  async ([pool, isolate, sets]) => {
    const project = pluginProject(POOL_FILES, `pool: '${pool}', isolate: ${isolate}, maxWorkers: 1`)
    expect(await project.run('vitest', ['run'])).toHaveEnded('6 passed (6)', 0)
    expect(portsOfRun(project)).toHaveLength(3)
    expect(new Set(portsOfRun(project)).size).toBe(sets)
    expect(portsLeft(project)).toEqual([])
  },
)
