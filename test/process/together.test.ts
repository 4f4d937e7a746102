import { expect, onTestFinished, test } from 'vitest'
import type { ProcessOptions } from '../../src/process/options.ts'
import { startProcesses } from '../../src/process/start.ts'
import { node, plain, SERVER, watched } from './apps.ts'

async function startBoth<Name extends string>(processes: Record<Name, ProcessOptions>) {
  const entries = Object.entries<ProcessOptions>(processes)
  const all = Object.fromEntries(entries.map(([name, options]) => [name, watched(options)]))
  const started = await startProcesses(all as Record<Name, ProcessOptions>)
  onTestFinished(async () => {
    await Promise.all(Object.values<{ stop(): Promise<void> }>(started).map((each) => each.stop()))
  })
  return started
}

/** Answers with what the server at a URL answers. */
const FRONT_END = `
  const { createServer } = require("node:http")
  createServer(async (request, response) => {
    if (request.method !== "GET") return response.end()
    response.end(process.env.PORT + " asked " + await (await fetch(process.env.API_URL)).text())
  }).listen(process.env.PORT)`

const SAY_ARGUMENTS = SERVER.replace('end(process.env.PORT)', 'end(process.argv.slice(1).join())')

test('a front end and a back end see each other', async () => {
  const { web, api } = await startBoth({
    web: { command: node(FRONT_END), env: { API_URL: '{api.url}/users' } },
    api: { command: node(SAY_ARGUMENTS, '{web.port}', '{web.url}', '{port}') },
  })
  expect(await (await fetch(web.url)).text()).toBe(
    `${web.port} asked ${web.port},${web.url},${api.port}`,
  )
})

test('when one fails, the others are ended, and the message names it', async () => {
  const error = await startBoth({
    web: { command: node(SERVER) },
    api: { command: 'echo no database; exit 1' },
  }).then(
    () => expect.unreachable('they have started'),
    (thrown: { code: string; message: string }) => thrown,
  )
  expect(error.code).toBe('PROCESS_ENDED')
  expect(plain(error.message)).toBe(
    `the app api ended with exit code 1 before it was ready. Its output says why; mend that, or its command.

Command: echo no database; exit 1
Folder: ${process.cwd()}
Port: 23456

The last of its output:
  no database`,
  )
})

test.for([
  [
    { web: { command: 'x {ap.url}' }, api: { command: 'x' } },
    'INVALID_OPTION the app web: command has {ap.url}, but no process of that name is started with it; there are web, api.',
  ],
  [
    {
      web: { command: 'x', env: { API: '{api.port}' } },
      api: { command: 'x', port: false, ready: { output: /(?<port>\d+)/ } },
    },
    'INVALID_OPTION the app web: env.API has {api.port}, but api chooses its own port, which is not known before it runs. Leave out its port: false, and let it listen on PORT.',
  ],
  [
    { web: { command: 'x' }, api: { command: ['no-such-program'] } },
    `PROCESS_NOT_STARTED the app api: \`no-such-program\` cannot be started in ${process.cwd()}: there is no such program. command takes a program that is on the PATH, or the path of one.`,
  ],
] as [Record<string, ProcessOptions>, string][])('%j cannot be', async ([processes, says]) => {
  const error = await startBoth(processes).then(
    () => expect.unreachable('they have started'),
    (thrown: { code: string; message: string }) => thrown,
  )
  expect(`${error.code} ${error.message}`).toBe(says)
})
