import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = fileURLToPath(new URL('../../bench/run.ts', import.meta.url))

interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code?: number
}

const bench = (...args: string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, [run, ...args])

const spread = { median: expect.any(Number), low: expect.any(Number), high: expect.any(Number) }
const measured = { value: spread, ratio: spread }

test('a measurement comes as JSON, and nothing else is on stdout', async () => {
  const { stdout } = await bench('stop', '--rounds', '3', '--json')
  expect(JSON.parse(stdout)).toEqual({
    date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    machine: expect.stringContaining(process.platform),
    versions: expect.objectContaining({
      Node: process.versions.node,
      mockberth: expect.any(String),
    }),
    rows: [
      {
        what: 'stop with 50 idle connections',
        unit: 'ms',
        servers: { raw: measured, mockberth: measured },
        missing: {},
        goal: 'mockberth ≤ 5 ms',
      },
    ],
  })
})

test('servers that answer are compared by requests and by CPU time', async () => {
  const { stdout } = await bench('hub', '--rounds', '1')
  const lines = stdout.split('\n').filter((line) => line.startsWith('|'))
  expect(lines[0]).toMatch(/^\| +\| +\| raw +\| mockberth +\| goal +\|$/)
  expect(lines[2]).toMatch(
    /^\| the hub sends on 1 KB .* +\| requests\/s +\| [\d,]+ +\| [\d,]+ · [\d.]+ \(/,
  )
  expect(lines[3]).toMatch(/^\| +\| µs CPU +\| [\d.,]+ +\| [\d.,]+ · [\d.,]+ \(/)
})

test('--help says what there is', async () => {
  const { stdout } = await bench('--help')
  expect(stdout).toMatch(/^npm run bench -- \[NAME…\] /)
  expect(stdout).toContain('measurements: handlers, replay, ')
  expect(stdout).toContain('servers: raw, mockberth, hono, ')
})

test.each([
  ['a measurement', ['stop', 'none'], 'no measurement none; there are handlers, replay, '],
  ['a server', ['--servers', 'none'], 'no server none; there are raw, mockberth, hono, '],
  ['a count', ['stop', '--rounds', 'none'], '--rounds takes a count from 1, not none'],
  ['an option', ['stop', '--none'], "Unknown option '--none'"],
])('%s that is unknown is refused', async (_, args, message) => {
  const ended = bench(...args)
  await expect(ended).rejects.toMatchObject({ code: 1, stdout: '' })
  await expect(ended).rejects.toHaveProperty('stderr', expect.stringContaining(message))
})
