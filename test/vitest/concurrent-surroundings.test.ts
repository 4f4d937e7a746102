import { expect, test } from 'vitest'
import { failureOf, pluginlessProject, pluginProject } from './vitest-project.ts'

/** Asks for a user at its beginning, and again at its end. */
const WITH_FIXTURE = `
import { http, HttpResponse } from 'msw'
import { describe, expect } from 'vitest'
import { test as base } from './mock-test.ts'

const get = async () => (await (await fetch(process.env.USERS_API_URL + '/users/1')).json()).id
const give = (apis, id) => apis.users.use(http.get('/users/1', () => HttpResponse.json({ id })))

const test = base.extend({
  user: [
    async ({ apis }, use) => {
      give(apis, 'of its fixture')
      await use(await get())
      expect(await get()).toBe('of its test')
    },
    { auto: true },
  ],
})

describe.concurrent('together', () => {
  test.for([1, 2])('number %i', async (number, { apis, user }) => {
    expect(user).toBe('of its fixture')
    give(apis, 'of its test')
  })
})
`

test('what fixtures of a concurrent test ask is of that test, with the plugin and without', async () => {
  const files = { 'a.test.ts': WITH_FIXTURE }
  for (const project of [pluginProject(files), pluginlessProject(files)]) {
    expect(await project.run('vitest', ['run'])).toHaveEnded('2 passed (2)', 0)
  }
})

test('an ordinary test ends in the order that Vitest has: its fixtures, and then what it finishes with', async () => {
  const project = pluginProject({
    'a.test.ts': `
import { test as base } from './mock-test.ts'

const test = base.extend({
  last: [
    async ({}, use) => {
      await use()
      console.log('its fixture')
      await fetch(process.env.USERS_API_URL + '/nowhere')
    },
    { auto: true },
  ],
})

test('ordinary', ({ onTestFinished }) => {
  onTestFinished(() => console.log('what it finishes with'))
})
`,
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('1 failed (1)', 1)
  expect(ended.output).toMatch(/its fixture[^]*what it finishes with/)
  expect(failureOf(ended, 'a.test.ts > ordinary')).toMatch(
    /^MockberthError: This test made requests that nothing answered\./,
  )
})

test('a set that a concurrent test starts itself, or that was started before, answers it', async () => {
  const project = pluginProject(
    {
      'start-others.ts': `
import mocks from './mocks.ts'

export async function setup() {
  const { url } = (await mocks.start({ env: false })).apis.users
  process.env.EARLY_URL = url
}
`,
      'a.test.ts': `
import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'
import mocks from './mocks.ts'
import { test } from './mock-test.ts'

const get = async (url) => (await (await fetch(url + '/users/1')).json()).id

test.concurrent.for(['one', 'two'])('%s', async (id) => {
  await using running = await mocks.start({ env: false })
  running.apis.users.use(http.get('/users/1', () => HttpResponse.json({ id })))
  expect(await get(running.apis.users.url)).toBe(id)
  expect(running.apis.users).toHaveReceived('GET', '/users/1', { times: 1 })
  expect(await get(process.env.EARLY_URL)).toBe('1')
})
`,
    },
    `globalSetup: './start-others.ts'`,
  )
  expect(await project.run('vitest', ['run'])).toHaveEnded('2 passed (2)', 0)
})

test('what an app in the worker asks is of the test that asked it, whoever has started the app', async () => {
  const project = pluginProject({
    'a.test.ts': `
import http from 'node:http'
import { once } from 'node:events'
import { http as mock, HttpResponse } from 'msw'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { test } from './mock-test.ts'

const servers = []

const ask = async () => (await (await fetch(process.env.USERS_API_URL + '/users/1')).json()).id

async function serve() {
  const server = http.createServer(async (request, response) => {
    response.end(JSON.stringify(await Promise.all([ask(), ask(), ask(), ask()])))
  })
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return 'http://127.0.0.1:' + server.address().port
}

let before
let first

beforeAll(async () => {
  before = await serve()
})

afterAll(() => {
  for (const server of servers) server.close().closeAllConnections()
})

describe.concurrent('together', () => {
  test.for([1, 2, 3, 4])('number %i', async (id, { apis }) => {
    apis.users.use(mock.get('/users/1', () => HttpResponse.json({ id })))
    for (const url of [before, await (first ??= serve())]) {
      expect(await (await fetch(url)).json()).toEqual(Array(4).fill(id))
    }
    const response = await fetch(before, {
      headers: { baggage: 'a=1', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    })
    expect(await response.json()).toEqual(Array(4).fill(id))
    expect(apis.users).toHaveReceived('GET', '/users/1', {
      times: 12,
      headers: { baggage: undefined, traceparent: undefined },
    })
  })
})
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('4 passed (4)', 0)
})

test('an ordinary test carries nothing, and nothing looks at its requests', async () => {
  const project = pluginProject({
    'a.test.ts': `
import { hasSubscribers } from 'node:diagnostics_channel'
import http from 'node:http'
import { once } from 'node:events'
import { afterAll, beforeAll, expect } from 'vitest'
import { test } from './mock-test.ts'

const CHANNELS = ['http.client.request.created', 'http.server.request.start']
const watched = () => CHANNELS.filter((channel) => hasSubscribers(channel))
const server = http.createServer((request, response) => {
  response.end(JSON.stringify(request.headersDistinct.baggage ?? []))
})

beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
afterAll(() => server.close().closeAllConnections())

const byFetch = async (url) => (await fetch(url)).json()
const byHttp = async (url) => {
  const [response] = await once(http.get(url), 'response')
  return JSON.parse((await response.toArray()).join(''))
}
const baggage = async () => {
  const url = 'http://127.0.0.1:' + server.address().port
  return [...(await byFetch(url)), ...(await byHttp(url))]
}

test('ordinary', async () => {
  expect(await baggage()).toEqual([])
  expect(watched()).toEqual([])
})

test.concurrent('concurrent', async () => {
  expect(await baggage()).toEqual([expect.stringMatching(/^mockberth=/), expect.stringMatching(/^mockberth=/)])
  expect(watched()).toEqual(CHANNELS)
})

test('ordinary, after it', async () => {
  expect(await baggage()).toEqual([])
})
`,
  })
  expect(await project.run('vitest', ['run'])).toHaveEnded('3 passed (3)', 0)
})
