import { styleText } from 'node:util'
import type { FileFacts, TestFacts } from './facts.ts'
import { portsOf, type ProjectRun } from './run-project.ts'

type Row = readonly string[]

const HEADINGS: Row = ['Test file', 'Worker', 'API', 'URL', 'Requests', 'Answered in']
const FIRST_NUMBER = 4

/** A table: which worker had which API where, and how much it was asked. */
export function workersTable(files: readonly FileFacts[]): string {
  const rows = files.flatMap(rowsOf)
  const widths = HEADINGS.map((_, column) => widest([HEADINGS, ...rows].map((row) => row[column]!)))
  const line = (row: Row): string =>
    row.map((cell, column) => align(cell, column, widths[column]!)).join('  ')
  const rule = line(widths.map((width) => '-'.repeat(width)))
  return [styleText('bold', line(HEADINGS)), styleText('dim', rule), ...rows.map(line)].join('\n')
}

/** Every test and what became of it. */
export function testList(files: readonly FileFacts[]): string {
  const width = widest(files.flatMap(({ tests }) => tests.map(({ name }) => name)))
  return files
    .flatMap(({ tests }) => tests)
    .map((test) => testLine(test, width))
    .join('\n')
}

/** The whole run in a few sentences. */
export function summary({ files, time }: ProjectRun): string {
  const tests = files.flatMap((file) => file.tests)
  const passed = tests.filter(({ state }) => state === 'passed').length
  const ports = portsOf(files)
  const apis = files.flatMap(({ worker }) => worker?.apis ?? [])
  const requests = apis.reduce((sum, api) => sum + api.requests, 0)
  return (
    `${passed} of ${tests.length} tests passed, in ${(time / 1000).toFixed(1)} s.\n` +
    `${files.length} workers, up to ${mostAtOnce(files)} at once, ran ${ports.length} servers ` +
    `on ${new Set(ports).size} different ports, which got ${requests} requests.`
  )
}

function rowsOf({ file, worker }: FileFacts): Row[] {
  if (worker === undefined) return [[file, 'did not finish', '', '', '', '']]
  const called = worker.apis.filter(({ requests }) => requests > 0)
  return called.map(({ name, url, requests, time }, index) => [
    index === 0 ? file : '',
    index === 0 ? `process ${worker.pid}` : '',
    name,
    url,
    String(requests),
    milliseconds(time),
  ])
}

function testLine({ name, state, time }: TestFacts, width: number): string {
  const mark = styleText(state === 'passed' ? 'green' : 'red', state)
  return `${mark}  ${name.padEnd(width)}  ${milliseconds(time).padStart(7)}`
}

/** How many workers were there at the same moment, at most. */
function mostAtOnce(files: readonly FileFacts[]): number {
  const workers = files.flatMap(({ worker }) => worker ?? [])
  const together = workers.map(
    ({ from }) => workers.filter((other) => other.from <= from && from < other.until).length,
  )
  return Math.max(0, ...together)
}

function align(cell: string, column: number, width: number): string {
  return column < FIRST_NUMBER ? cell.padEnd(width) : cell.padStart(width)
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length))
}

function milliseconds(time: number): string {
  return `${Math.max(1, Math.round(time))} ms`
}
