import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { Exchange } from '../contract/index.ts'
import { MockberthError } from '../errors.ts'
import { defineMocks } from '../mocks/define.ts'
import type { RunningSet } from '../mocks/running-set.ts'
import { watchOnly } from '../mocks/watch-only.ts'
import { envFor } from '../recording/described-apis.ts'
import { explainSkipped } from '../recording/explain.ts'
import { loadRecording, type Recording } from '../recording/load.ts'
import { inColumns } from '../report/columns.ts'
import { RUN_VARIABLE } from '../run/run.ts'
import { printable } from './printable.ts'
import { shellLine } from './shell-line.ts'
import { untilEnded } from './until-ended.ts'
import { describeExchange } from './exchange-line.ts'
import { servedApis, type ServedApi } from './served-apis.ts'

/**
 * Serves what a HAR has, a mock for each API in it, and says what is asked, until Ctrl-C or SIGTERM.
 *
 * @returns the exit code
 * @throws `RECORDING_MISSING`, `RECORDING_INVALID`, `RECORDING_TOO_LARGE`
 */
export async function replay(path: string): Promise<number> {
  // What is recorded or pruned around it is none of its business.
  delete process.env.MOCKBERTH_MODE
  delete process.env[RUN_VARIABLE]
  if (!existsSync(path)) throw missing(path)
  const recording = await loadRecording(resolve(path))
  const apis = servedApis(recording)
  if (apis.every(({ entries }) => entries === 0)) throw nothingToServe(recording)
  const running = (await defineMocks(definitionsOf(apis, recording)).start({
    env: false,
  })) as RunningSet
  const width = Math.max(...apis.map(({ name }) => name.length))
  watchOnly(running, (exchange) => console.log(printable(lineOf(exchange, width))))
  // Who has read that it serves may end it at once.
  const ended = untilEnded()
  console.log(printable(heading(recording, apis, running)))
  await ended
  await running.stop()
  return 0
}

function definitionsOf(
  apis: readonly ServedApi[],
  { file }: Recording,
): Parameters<typeof defineMocks>[0] {
  return Object.fromEntries(
    apis.map(({ name, origin, entries, rewriteUrls }) => [
      name,
      {
        upstream: origin,
        rewriteUrls,
        onUnhandled: 'ignore',
        // Without any entry it is there all the same, so that nobody asks the real one.
        ...(entries > 0 && { recording: file }),
      },
    ]),
  )
}

function lineOf(exchange: Exchange, width: number): string {
  return `${exchange.api.padEnd(width)}  ${describeExchange(exchange)}`
}

function heading(recording: Recording, apis: readonly ServedApi[], running: RunningSet): string {
  const rows = apis.map(({ name, origin, entries }) => [
    name,
    origin,
    running.apis[name]!.url,
    entries === 1 ? '1 entry' : `${entries} entries`,
  ])
  const env = apis.flatMap((api) => Object.entries(envFor(api, running.apis[api.name]!)))
  return [
    `Serving ${relative(process.cwd(), recording.file)} until Ctrl-C:`,
    ...inColumns(rows, ['left', 'left', 'left']),
    ...explainSkipped(recording, undefined),
    ...(env.length > 0 ? ['', ...env.map(shellLine)] : []),
    '',
  ].join('\n')
}

function missing(path: string): MockberthError {
  return new MockberthError(
    'RECORDING_MISSING',
    `there is no file ${path}. replay takes the path of a HAR, such as the one that a failed test names.`,
  )
}

function nothingToServe(recording: Recording): MockberthError {
  const reasons = explainSkipped(recording, undefined)
  return new MockberthError(
    'RECORDING_INVALID',
    reasons.length === 0
      ? `the recording ${recording.file} has no entries, so there is nothing to serve.`
      : `the recording ${recording.file} has nothing to serve. ${reasons.join('\n')}`,
  )
}
