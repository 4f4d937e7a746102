import { expect, test } from 'vitest'
import type { ProcessOptions } from '../../src/process/options.ts'
import { createFolder } from '../support/har.ts'
import { failure, node, plain, SERVER } from './apps.ts'

test('it ends too early: how, what was run, and the last of its output', async () => {
  const cwd = await createFolder()
  const script = `for (let line = 1; line <= 30; line++) console.log("line", line)
console.error("\\u001B[31mError: no database\\u001B[39m\\n    at connect")
process.exit(3)`
  const { code, message } = await failure({ command: node(script), cwd })
  expect(code).toBe('PROCESS_ENDED')
  expect(plain(message).replace(script, '…').replace(cwd, '/project')).toBe(
    `the app ended with exit code 3 before it was ready. Its output says why; mend that, or its command.

Command: node -e …
Folder: /project
Port: 23456

The last of its output:
${Array.from({ length: 18 }, (_, index) => `  line ${index + 13}`).join('\n')}
  Error: no database
      at connect`,
  )
})

const FOLDER = process.cwd()

test.for([
  [
    'it is killed',
    { command: 'kill -SEGV $$' },
    'was ended by SIGSEGV before it was ready. It has printed nothing: run its command by hand to see why.',
    'It has printed nothing.',
  ],
  [
    'it puts itself into the background',
    { command: 'echo started' },
    'ended with exit code 0 before it was ready. Its command has to run as long as it is used, in the foreground.',
    'The last of its output:\n  started',
  ],
] as const)('%s', async ([, options, says, printed]) => {
  const { code, message } = await failure(options)
  expect(code).toBe('PROCESS_ENDED')
  expect(plain(message)).toBe(
    `the app ${says}\n\nCommand: ${options.command}\nFolder: ${FOLDER}\nPort: 23456\n\n${printed}`,
  )
})

test('a shell that does not find the program says so', async () => {
  const { code, message } = await failure({ command: 'no-such-program --port {port}' })
  expect(code).toBe('PROCESS_ENDED')
  expect(plain(message)).toContain(`the app ended with exit code 127 before it was ready.`)
  expect(plain(message)).toContain(`Command: no-such-program --port 23456\n`)
  expect(message).toMatch(/no-such-program: (command )?not found$/)
})

interface NotReady {
  readonly options: ProcessOptions
  readonly says: string
}

/** A server that prints on which port it listens. */
const ELSEWHERE = SERVER.replace(
  'listen(process.env.PORT)',
  'listen(0, () => console.log(server.address().port))',
)

const NOT_READY: Record<string, NotReady> = {
  'it never listens': {
    options: { command: 'exec sleep 1000' },
    says: 'it does not listen on port 23456. Let it take its port from PORT, or from {port} in its command or environment, or give it more time (timeout).',
  },
  'it listens, and does not answer': {
    options: { command: node('require("node:net").createServer().listen(process.env.PORT)') },
    says: "it listens on port 23456, but answers no request there. Mend what keeps it, give it more time (timeout), or say ready: 'listening' if it speaks no HTTP.",
  },
  'its URL has another status': {
    options: { command: node(SERVER), ready: { url: '/health', status: 204 } },
    says: 'GET http://127.0.0.1:23456/health has status 200. Mend what keeps it, or give it more time (timeout).',
  },
  'another URL refuses connections': {
    options: { command: 'exec sleep 1000', ready: { url: 'http://127.0.0.1:1/' } },
    says: 'GET http://127.0.0.1:1/ fails (ECONNREFUSED). Mend what keeps it, or give it more time (timeout).',
  },
  'it listens elsewhere': {
    options: { command: node(ELSEWHERE) },
    says: 'it does not listen on port 23456, but on 41234. Let it take its port from PORT, or from {port} in its command or environment.',
  },
  'its output does not match': {
    options: { command: 'echo starting; exec sleep 1000', ready: { output: /started/ } },
    says: 'its output does not match /started/. Mend the pattern, or give it more time (timeout).',
  },
}

/** Its message without ports, up to what was run: that of its own, and the one that it has printed last. */
function explanationIn(message: string): string {
  const [explanation] = plain(message).split('\n\n')
  const printed = /\n {2}(\d+)$/.exec(message)?.[1]
  return printed === undefined ? explanation! : explanation!.replace(printed, '41234')
}

test('what is not ready in time says what was seen of it', async () => {
  const cases = Object.entries(NOT_READY)
  const failures = cases.map(async ([what, { options }]) => {
    const { code, message } = await failure({ ...options, timeout: 4000 })
    return [what, code, explanationIn(message)]
  })
  expect(await Promise.all(failures)).toEqual(
    cases.map(([what, { says }]) => [
      what,
      'PROCESS_NOT_READY',
      `the app was not ready within 4000 ms: ${says}`,
    ]),
  )
})

test('a program that is not there', async () => {
  expect(await failure({ command: ['no-such-program', '--port', '{port}'] })).toMatchObject({
    code: 'PROCESS_NOT_STARTED',
    message: `the app: \`no-such-program\` cannot be started in ${FOLDER}: there is no such program. command takes a program that is on the PATH, or the path of one.`,
    cause: expect.objectContaining({ code: 'ENOENT' }),
  })
})

test('a program that may not be run', async () => {
  expect(await failure({ command: [FOLDER] })).toMatchObject({
    code: 'PROCESS_NOT_STARTED',
    message: `the app: \`${FOLDER}\` cannot be started in ${FOLDER}: the system says EACCES. command takes a program that is on the PATH, or the path of one.`,
  })
})
