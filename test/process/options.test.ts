import { expect, test } from 'vitest'
import { portsOf } from '../support/listeners.ts'
import { failure } from './apps.ts'

const UUID = /[\da-f]{8}(-[\da-f]+){4}/

test.for([
  [
    undefined,
    "INVALID_OPTION the app got undefined; it takes an object with a command: { command: 'node server.js' }.",
  ],
  [
    {},
    "INVALID_OPTION the app: command got undefined; it takes a line for the shell such as 'node server.js', or [file, ...args].",
  ],
  [
    { command: [] },
    "INVALID_OPTION the app: command got []; it takes a line for the shell such as 'node server.js', or [file, ...args].",
  ],
  [
    { command: ' ' },
    'INVALID_OPTION the app: command got " "; it takes a line for the shell such as \'node server.js\', or [file, ...args].',
  ],
  [
    { comand: 'x', command: 'x' },
    'UNKNOWN_OPTION the app has no option "comand"; it has command, cwd, env, port, ready, timeout, signal.',
  ],
  [
    { command: 'x', cwd: '/no/such/folder' },
    'PROCESS_NOT_STARTED the app: there is no folder /no/such/folder to run its command in. cwd takes the path of one, from the working directory on.',
  ],
  [
    { command: 'x', env: { ANSWER: 42 } },
    'INVALID_OPTION the app: env got {"ANSWER":42,"TEST_MARK":"…"}; it takes { NAME: a string, or undefined to take NAME away }.',
  ],
  [
    { command: 'x', port: 70_000 },
    'INVALID_OPTION the app: port got 70000; it takes a whole number from 1 to 65535, or false for a process that chooses its own.',
  ],
  [
    { command: 'x', port: false },
    'INVALID_OPTION the app: port is false, and nothing tells which one it chooses. Name it in a pattern for its output: ready: { output: /listening on port (?<port>\\d+)/ }.',
  ],
  [
    { command: 'x', ready: { output: 'started' } },
    'INVALID_OPTION the app: ready got {"output":"started"}; it takes \'answers\', \'listening\', { url, status? } or { output: a regular expression }.',
  ],
  [
    { command: 'x', ready: { url: 'health' } },
    'INVALID_OPTION the app: ready got {"url":"health"}; it takes \'answers\', \'listening\', { url, status? } or { output: a regular expression }.',
  ],
  [
    { command: 'x', timeout: 0 },
    'INVALID_OPTION the app: timeout got 0; it takes a number of milliseconds, from 1 to 3600000 (one hour).',
  ],
  [
    { command: 'x', signal: 'TERM' },
    "INVALID_OPTION the app: signal got \"TERM\"; it takes the name of a signal such as 'SIGTERM' or 'SIGINT'.",
  ],
  [
    { command: 'x {api.url}' },
    'INVALID_OPTION the app: command has {api.url}, but no process of that name is started with it.',
  ],
  [
    { command: 'x', ready: { url: '{api.url}/health' } },
    'INVALID_OPTION the app: ready.url has {api.url}, but no process of that name is started with it.',
  ],
  [
    { command: 'x', env: { SELF: '{port}' }, port: false, ready: { output: /(?<port>\d+)/ } },
    'INVALID_OPTION the app: env.SELF has {port}, but it chooses its own port, which is not known before it runs. Leave out its port: false, and let it listen on PORT.',
  ],
] as const)('options that cannot be: %j', async ([options, says]) => {
  const before = portsOf(process.pid)
  const { code, message } = await failure(options as never)
  expect(`${code} ${message.replace(UUID, '…')}`).toBe(says)
  expect(portsOf(process.pid)).toEqual(before)
})
