import { randomUUID } from 'node:crypto'
import { expect, onTestFinished } from 'vitest'
import type { ProcessOptions } from '../../src/process/options.ts'
import type { RunningProcess } from '../../src/process/running-process.ts'
import { startProcess } from '../../src/process/start.ts'
import { guardsOf, processesWith } from '../support/processes.ts'

/** A command that runs this script in Node. */
export function node(script: string, ...args: string[]): [string, ...string[]] {
  return [process.execPath, '-e', script, ...args]
}

/** The same as a line for a shell; the script has no single quotes. */
export function nodeLine(script: string): string {
  return `'${process.execPath}' -e '${script}'`
}

/** A script of a server that says what it was asked, and answers with its PORT. */
export const SERVER = `
  const { createServer } = require("node:http")
  const server = createServer((request, response) => {
    console.log(request.method, request.url)
    response.end(process.env.PORT)
  })
  server.listen(process.env.PORT)`

/** Starts a process for one test, after which nothing of it may be there, nor a guard. */
export async function start(options: ProcessOptions): Promise<RunningProcess> {
  const app = await startProcess(watched(options))
  onTestFinished(() => app.stop())
  return app
}

/** Options of a process of which nothing may be there after the test, however its start ends. */
export function watched(options: ProcessOptions): ProcessOptions {
  if (options === undefined) return options
  const mark = randomUUID()
  // The first process of a test is looked for last, when the guard has nothing left to guard.
  const guards = guardsOf().length === 0 ? guardsOf : () => []
  onTestFinished(async () => {
    await expect.poll(() => [...processesWith(mark), ...guards()]).toEqual([])
  })
  return { ...options, env: { ...options.env, TEST_MARK: mark } }
}

/** The error that a start ends with. */
export async function failure(options: ProcessOptions): Promise<{ code: string; message: string }> {
  return startProcess(watched(options)).then(
    async (app) => {
      await app.stop()
      throw new Error('it has started')
    },
    (error: { code: string; message: string }) => error,
  )
}

/** An error's text without what differs from run to run: its own port, and the path of Node. */
export function plain(message: string): string {
  const port = /^Port: (\d+)$/m.exec(message)?.[1]
  const text = port === undefined ? message : message.replaceAll(port, '23456')
  return text.replaceAll(process.execPath, 'node')
}
