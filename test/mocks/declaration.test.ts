import { http, ws } from 'msw'
import { expect, test } from 'vitest'
import { defineMocks, MockberthError, type ApiDefinition } from '../../src/index.ts'
import { portsOf } from '../support/listeners.ts'

function thrownBy(run: () => unknown): MockberthError {
  try {
    run()
  } catch (error) {
    if (error instanceof MockberthError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const define = (definition: unknown): unknown =>
  defineMocks({ github: definition as ApiDefinition })

const envTakes =
  "it takes a name ('API_URL'), a list of names, or { NAME: ({ url, hostname, port }) => string }."
const corsTakes =
  "it takes 'loopback', true, false, or a list of origins such as 'http://app.test:3000'."

test.for<[option: string, value: unknown, message: string]>([
  ['env', 7, `env got 7; ${envTakes}`],
  ['env', ['A', 1], `env got ["A",1]; ${envTakes}`],
  ['env', { A: 'x' }, `env got {"A":"x"}; ${envTakes}`],
  ['env', null, `env got null; ${envTakes}`],
  [
    'handlers',
    'x',
    'handlers got "x"; it takes a function that returns MSW request handlers, or an array of them.',
  ],
  ['upstream', 5, "upstream got 5; it takes an origin such as 'https://api.github.com'."],
  [
    'mode',
    'live',
    "mode got \"live\"; it takes 'replay', 'record', 'record-missing' or 'forward'.",
  ],
  ['port', '3000', 'port got "3000"; it takes a whole number from 1 to 65535.'],
  ['port', 0, 'port got 0; it takes a whole number from 1 to 65535.'],
  ['port', 65_536, 'port got 65536; it takes a whole number from 1 to 65535.'],
  ['cors', 'everyone', `cors got "everyone"; ${corsTakes}`],
  ['cors', ['http://app.test/path'], `cors got ["http://app.test/path"]; ${corsTakes}`],
  [
    'allowedHosts',
    'api.test',
    'allowedHosts got "api.test"; it takes a list of host names without port, such as \'api.test\'.',
  ],
  [
    'allowedHosts',
    ['api.test:80'],
    'allowedHosts got ["api.test:80"]; it takes a list of host names without port, such as \'api.test\'.',
  ],
  [
    'onUnhandled',
    'error',
    "onUnhandled got \"error\"; it takes 'fail', 'warn', 'ignore', or a function of the request that returns one of them.",
  ],
  ['unused', 'error', "unused got \"error\"; it takes 'warn', 'fail' or 'ignore'."],
  ['maxBody', -1, 'maxBody got -1; it takes a number of bytes, from 0 to 1073741824 (1 GiB).'],
  ['maxBody', 1.5, 'maxBody got 1.5; it takes a number of bytes, from 0 to 1073741824 (1 GiB).'],
])('the option %s refuses %j', ([option, value, message]) => {
  const error = thrownBy(() => define({ [option]: value }))
  expect(error.code).toBe('INVALID_OPTION')
  expect(error.message).toBe(`the API github: ${message}`)
})

test('every option takes what it says it takes', () => {
  expect(() =>
    defineMocks({
      one: { env: 'ONE_URL', cors: true, mode: 'replay', maxBody: 0, onUnhandled: 'warn' },
      two: { env: ['A_URL', 'B_URL'], cors: ['http://app.test:3000'], onUnhandled: () => 'fail' },
      three: { env: { C_URL: ({ url }) => `${url}/v1` }, cors: 'loopback', allowedHosts: ['a.b'] },
      four: { handlers: [], upstream: 'https://api.test/', mode: 'forward', port: 3000 },
      five: {},
    }),
  ).not.toThrow()
})

test('an unknown option is named beside those that exist', () => {
  const error = thrownBy(() => define({ handler: [] }))
  expect(error.code).toBe('UNKNOWN_OPTION')
  expect(error.message).toBe(
    'the API github has no option "handler"; it has env, handlers, upstream, recording, match, sequence, rewriteUrls, timing, mode, saveOn, redact, upstreamTimeout, port, cors, allowedHosts, onUnhandled, unused, maxBody.',
  )
})

test.for([null, undefined, [], 'x', () => ({})])('a declaration is no %j', (value) => {
  expect(thrownBy(() => defineMocks(value as never)).code).toBe('DECLARATION_INVALID')
})

test.for(['', '1st', 'my api', '__proto__', 'a.b'])('an API cannot be called %j', (name) => {
  const definitions = JSON.parse(`{ ${JSON.stringify(name)}: {} }`)
  const error = thrownBy(() => defineMocks(definitions))
  expect(error.code).toBe('INVALID_NAME')
  expect(error.message).toContain(JSON.stringify(name))
})

test.for(['', '1A', 'A-B', 'A B', 'A=B'])('an env variable cannot be called %j', (name) => {
  const error = thrownBy(() => define({ env: [name] }))
  expect(error.code).toBe('ENV_INVALID_NAME')
  expect(error.message).toContain(`env got ${JSON.stringify(name)}`)
})

test('two APIs cannot share an env variable', () => {
  const error = thrownBy(() => defineMocks({ a: { env: 'X' }, b: { env: { X: () => '' } } }))
  expect(error.code).toBe('ENV_DUPLICATE')
  expect(error.message).toBe(
    'the API a and the API b both put their URL into X; give each a name of its own.',
  )
})

test.for(['api.github.com', 'ftp://x.test', 'x', ''])('%j is no upstream', (upstream) => {
  expect(thrownBy(() => define({ upstream })).code).toBe('UPSTREAM_INVALID')
})

test('a path in upstream belongs into env', () => {
  const error = thrownBy(() => define({ upstream: 'https://api.openai.com/v1' }))
  expect(error.code).toBe('UPSTREAM_HAS_PATH')
  expect(error.message).toBe(
    'the API github: upstream got "https://api.openai.com/v1"; it takes an origin alone: "https://api.openai.com". Put /v1 in env: { API_URL: ({ url }) => `${url}/v1` }.',
  )
})

test.for(['https://u:p@api.test', 'https://api.test?x=1'])('%s is no origin', (upstream) => {
  expect(thrownBy(() => define({ upstream })).code).toBe('UPSTREAM_HAS_PATH')
})

test('forwarding needs an upstream', () => {
  expect(thrownBy(() => define({ mode: 'forward' })).code).toBe('UPSTREAM_MISSING')
})

test('declaring does nothing: no handler is made, nothing listens', () => {
  let calls = 0
  defineMocks({
    github: {
      handlers: () => {
        calls += 1
        return []
      },
    },
  })
  expect(calls).toBe(0)
  expect(portsOf(process.pid)).toEqual([])
})

test.for<[name: string, definition: ApiDefinition, code: string, message: string]>([
  [
    'a handlers function that throws',
    {
      handlers: () => {
        throw new Error('no database')
      },
    },
    'HANDLERS_FAILED',
    'the API github: the handlers function threw; mend it, it is called at each start: no database',
  ],
  [
    'a handlers function that returns nothing',
    { handlers: (() => {}) as never },
    'HANDLERS_INVALID',
    'the API github: handlers returned undefined; it takes a function that returns an array of MSW request handlers.',
  ],
  [
    'an asynchronous handlers function',
    { handlers: (async () => []) as never },
    'HANDLERS_INVALID',
    'the API github: handlers returned a promise; make it synchronous; it takes a function that returns an array of MSW request handlers.',
  ],
  [
    'a handler that is none',
    { handlers: [http.get('/', () => undefined), (() => {}) as never] },
    'HANDLERS_INVALID',
    'the API github: handler number 2 is a function, not an MSW request handler (http.get(…), graphql.query(…)).',
  ],
  [
    'handlers of something else',
    { handlers: [{ method: 'GET', path: '/' } as never] },
    'HANDLERS_INVALID',
    'the API github: handler number 1 is an object, not an MSW request handler (http.get(…), graphql.query(…)).',
  ],
  [
    'handlers that were not spread',
    { handlers: [[http.get('/', () => undefined)] as never] },
    'HANDLERS_INVALID',
    'the API github: handler number 1 is an array; spread it: ...handlers.',
  ],
  [
    'a WebSocket handler',
    { handlers: [ws.link('ws://x.test').addEventListener('connection', () => {}) as never] },
    'HANDLERS_INVALID',
    'the API github: handler number 1 is a WebSocket handler, which mockberth cannot serve yet; leave it out.',
  ],
  [
    'an env function that throws',
    {
      env: {
        X: () => {
          throw new Error('no base')
        },
      },
    },
    'ENV_FUNCTION_FAILED',
    'the API github: the function for X in env threw; mend it, it is called at each start: no base',
  ],
  [
    'an env function that returns no string',
    { env: { X: (({ port }: { port: number }) => port) as never } },
    'ENV_FUNCTION_FAILED',
    'the API github: the function for X in env got 49152; it takes a function that returns a string.',
  ],
])('start() finds %s before anything listens', async ([, github, code, message]) => {
  const start = defineMocks({ first: {}, github }).start()
  await expect(start).rejects.toMatchObject({ name: 'MockberthError', code, message })
  expect(portsOf(process.pid)).toEqual([])
  expect(process.env.X).toBeUndefined()
})

test.for<[options: unknown, code: string, message: string]>([
  [null, 'INVALID_OPTION', 'start(): options got null; it takes an object.'],
  [{ env: 'x' }, 'INVALID_OPTION', 'start(): env got "x"; it takes true or false.'],
  [
    { mode: 'live' },
    'INVALID_OPTION',
    "start(): mode got \"live\"; it takes 'replay', 'record', 'record-missing' or 'forward'.",
  ],
  [{ ports: 1 }, 'UNKNOWN_OPTION', 'start() has no option "ports"; it has env, mode, root.'],
])('start() refuses the options %j', async ([options, code, message]) => {
  const mocks = defineMocks({ github: {} })
  await expect(mocks.start(options as never)).rejects.toMatchObject({ code, message })
})

test('MOCKBERTH_MODE takes a mode', async ({ onTestFinished }) => {
  process.env.MOCKBERTH_MODE = 'live'
  onTestFinished(() => void delete process.env.MOCKBERTH_MODE)
  await expect(defineMocks({ github: {} }).start()).rejects.toMatchObject({
    code: 'MODE_INVALID',
    message:
      'the environment: MOCKBERTH_MODE got "live"; it takes replay, record, record-missing or forward.',
  })
})
