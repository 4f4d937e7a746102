import { expect, test } from 'vitest'
import { defineMocks, MockberthError } from '../../src/index.ts'

function problemWith(services: unknown, apis: object = {}): string {
  try {
    defineMocks(apis as never, { services } as never)
  } catch (error) {
    if (error instanceof MockberthError) return `${error.code}: ${error.message}`
    throw error
  }
  throw new Error('nothing was thrown')
}

const COMMAND =
  "it takes a line for the shell such as 'node server.js', or [file, ...args]." as const
const FUNCTION = 'it takes a function of the service, which may be asynchronous.'

test.for<[option: string, value: unknown, message: string]>([
  ['command', '', `command got ""; ${COMMAND}`],
  ['command', [], `command got []; ${COMMAND}`],
  [
    'url',
    7,
    "url got 7; it takes a URL with placeholders such as 'postgres://postgres@127.0.0.1:{port}/postgres'.",
  ],
  [
    'env',
    7,
    "env got 7; it takes a name ('DATABASE_URL'), a list of names, or { NAME: (service) => string }.",
  ],
  [
    'processEnv',
    { A: 7 },
    'processEnv got {"A":7}; it takes { NAME: a string, or undefined to take NAME away }.',
  ],
  [
    'data',
    '',
    'data got ""; it takes the path of a folder, from the package of the declaration on.',
  ],
  [
    'port',
    0,
    'port got 0; it takes a whole number from 1 to 65535, or false for a process that chooses its own.',
  ],
  [
    'ready',
    'up',
    "ready got \"up\"; it takes 'answers', 'listening', { url, status? } or { output: a regular expression }.",
  ],
  ['timeout', 0, 'timeout got 0; it takes a number of milliseconds, from 1 to 3600000 (one hour).'],
  [
    'signal',
    'STOP',
    "signal got \"STOP\"; it takes the name of a signal such as 'SIGTERM' or 'SIGINT'.",
  ],
  ['cwd', 7, 'cwd got 7; it takes the path of a folder.'],
  ['setup', 'migrate', `setup got "migrate"; ${FUNCTION}`],
  ['reset', {}, `reset got {}; ${FUNCTION}`],
])('%s: %j is refused', ([option, value, message]) => {
  expect(problemWith({ db: { command: 'server', [option]: value } })).toBe(
    `INVALID_OPTION: the service db: ${message}`,
  )
})

test.for<[services: unknown, message: string]>([
  [
    'db',
    'INVALID_OPTION: defineMocks(): services got "db"; it takes an object with a definition for each service: { db: { command: \'pglite-server --port={port}\' } }.',
  ],
  [
    { db: 'server' },
    'INVALID_OPTION: defineMocks(): services.db got "server"; it takes an object of options.',
  ],
  [
    { 'my db': {} },
    'INVALID_NAME: the service name "my db" cannot be used: a name begins with a letter, $ or _, and has letters, digits, $, _ and - after it.',
  ],
  [
    { users: {} },
    'INVALID_NAME: the service name "users" is that of an API, too; give each a name of its own.',
  ],
  [
    { db: { comand: 'server' } },
    'UNKNOWN_OPTION: the service db has no option "comand"; it has command, cwd, port, ready, timeout, signal, processEnv, url, env, data, setup, reset.',
  ],
  [
    { db: { ready: 'listening' } },
    "INVALID_OPTION: the service db: ready is of a process, and there is no command. Name one: command: 'pglite-server --port={port}', or leave ready out for a folder alone.",
  ],
  [
    { db: { env: 'USERS_URL' } },
    'ENV_DUPLICATE: the API users and the service db both put their URL into USERS_URL; give each a name of its own.',
  ],
  [
    { db: { env: 'DB-URL' } },
    'ENV_INVALID_NAME: the service db: env got "DB-URL"; it takes names of letters, digits and _ that do not begin with a digit, such as \'API_URL\'.',
  ],
])('%j is refused', ([services, message]) => {
  expect(problemWith(services, { users: { env: 'USERS_URL' } })).toBe(message)
})

test('defineMocks() has no other options', () => {
  expect(() => defineMocks({}, { service: {} } as never)).toThrow(
    'defineMocks() has no option "service"; it has services.',
  )
  expect(() => defineMocks({}, null as never)).toThrow(
    'defineMocks(): options got null; it takes an object such as { services: { … } }.',
  )
})
