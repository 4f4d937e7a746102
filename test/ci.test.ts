import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Project } from './support/project.ts'
import { asking, RECORDING, RUNNERS, startRepository } from './support/repository.ts'
import { runWorkflow, type JobRun } from './support/workflow.ts'

const page = readFileSync(new URL('../docs/ci.md', import.meta.url), 'utf8')

/** A file that the page shows, by its path. */
function shown(path: string): string {
  const [, text] = page.split(`\n${/ya?ml$/.test(path) ? '#' : '//'} ${path}\n`)
  return text!.split('```')[0]!
}

/** Each runs a runner many times, as shards at once. */
const LONG = { timeout: 240_000 }

const WORDS = ['one', 'two', 'three', 'four']

/** Of which one fails. */
const FAILING = {
  ...Object.fromEntries(WORDS.map((word) => [word, asking(word)])),
  three: asking('three', 'something else'),
}

const textIn = ({ folder }: Project, file: string): string =>
  readFileSync(join(folder, file), 'utf8')

const ofJob = (runs: readonly JobRun[], job: string): JobRun[] =>
  runs.filter((run) => run.job === job)

const linesOf = (runs: readonly JobRun[]): string[] =>
  runs.flatMap(({ lines }) => lines.map(({ line }) => line))

/** What a HAR answers that is served by the line that a failed test has in its message. */
async function replayed({ checkout, lines }: JobRun): Promise<string> {
  // What GitHub shows beside the code has its lines as one.
  const [, file] = /Serve its traffic again: npx mockberth replay (\S+?\.har)\b/.exec(
    lines[0]!.output,
  )!
  const replaying = checkout.start('node', [
    join(checkout.folder, '../node_modules/mockberth/dist/cli/index.js'),
    'replay',
    file!,
  ])
  const [, url] = await replaying.printed(/(http:\/\/127\.0\.0\.1:\d+) {2}1 entry/)
  return (await fetch(`${url}/three`)).text()
}

test(
  'Vitest in shards, as the page has it: one report, with the traffic of what failed',
  LONG,
  async () => {
    const { main, checkout, asked } = await startRepository('vitest', [...WORDS, 'old'])
    const artifacts = join(main.folder, 'artifacts')
    const runs = await runWorkflow(shown('.github/workflows/test.yml'), {
      checkout: () => checkout(FAILING),
      artifacts,
      setUp: ['npm ci'],
    })
    expect(linesOf(runs)).toEqual([
      'npx vitest run --reporter=default --reporter=blob --shard=1/2',
      'npx vitest run --reporter=default --reporter=blob --shard=2/2',
      'npx vitest run --merge-reports',
      'npx mockberth check fixtures/recordings/*.har',
    ])
    const shards = ofJob(runs, 'test').map(({ lines }) => lines[0]!)
    expect(shards.map(({ code }) => code).toSorted()).toEqual([0, 1])
    for (const { output } of shards) expect(output).not.toContain('unused')

    const [report] = ofJob(runs, 'report')
    const { output, code } = report!.lines[0]!
    expect(output).toMatch(/^ +Tests {2}1 failed \| 3 passed \(4\)$/m)
    expect(output).not.toContain(`mockberth: ${RECORDING}`)
    expect(code).toBe(1)
    expect(existsSync(join(report!.checkout.folder, 'loaded.log'))).toBe(false)
    expect(await replayed(report!)).toBe('said /three')
    expect(globSync('vitest/attachments/mockberth/**/*.har', { cwd: artifacts })).toEqual([
      'vitest/attachments/mockberth/test/three.test.ts/asks-for-three.har',
    ])

    const [recordings] = ofJob(runs, 'recordings')
    expect(recordings!.lines[0]!.output).toBe(`no credentials in ${RECORDING}\n`)
    expect(asked()).toBe(5)
  },
)

test(
  'Playwright in shards, as the page has it: one report, with the traffic of what failed',
  LONG,
  async () => {
    const { main, checkout, asked } = await startRepository('playwright', [...WORDS, 'old'], {
      'playwright.config.ts': shown('playwright.config.ts'),
    })
    const artifacts = join(main.folder, 'artifacts')
    const runs = await runWorkflow(shown('.github/workflows/e2e.yml'), {
      checkout: () => checkout(FAILING),
      artifacts,
      setUp: ['npm ci', 'npx playwright install --with-deps'],
    })
    expect(linesOf(runs)).toEqual([
      'npx playwright test --shard=1/2',
      'npx playwright test --shard=2/2',
      'npx playwright merge-reports --config=playwright.config.ts --reporter=list,html blob-report',
    ])
    const shards = ofJob(runs, 'test').map(({ lines }) => lines[0]!)
    expect(shards.map(({ code }) => code).toSorted()).toEqual([0, 1])
    for (const { output } of shards) expect(output).not.toContain('unused')

    const [report] = ofJob(runs, 'report')
    const { output, code } = report!.lines[0]!
    expect(output).toMatch(/^ {2}1 failed$[^]*^ {2}3 passed /m)
    expect(output).not.toContain(`mockberth: ${RECORDING}`)
    expect(code).toBe(0)
    expect(await replayed(report!)).toBe('said /three')
    const inReport = globSync('playwright/playwright-report/data/*.json', { cwd: artifacts })
    expect(inReport).toHaveLength(1)
    const { log } = JSON.parse(readFileSync(join(artifacts, inReport[0]!), 'utf8'))
    expect(log.entries[0].response.content.text).toBe('said /three')
    expect(asked()).toBe(5)
  },
)

test.for(['vitest', 'playwright'] as const)(
  'recording in shards with %s, as the page has it: one recording, of which the tests have all',
  LONG,
  async (runner) => {
    const { main, checkout, say, asked } = await startRepository(runner, [...WORDS, 'old'], {
      ...(runner === 'playwright' && { 'playwright.config.ts': shown('playwright.config.ts') }),
    })
    const committed = textIn(main, RECORDING)
    const tests = Object.fromEntries(
      [...WORDS, 'five'].map((word) => [word, asking(word, `${word} changed`)]),
    )
    say(Object.fromEntries([...WORDS, 'five'].map((word) => [`/${word}`, `${word} changed`])))
    const { args } = RUNNERS[runner]
    const line = `npx ${runner} ${args[0]} --shard=`
    const runs = await runWorkflow(
      shown('.github/workflows/record.yml').replace('npx vitest run --shard=', line),
      {
        checkout: () => checkout(tests),
        artifacts: join(main.folder, 'artifacts'),
        secrets: { MOCKBERTH_REDACTION_KEY: 'x'.repeat(32) },
        setUp: ['npm ci'],
      },
    )
    expect(linesOf(runs)).toEqual([
      `${line}1/2`,
      `${line}2/2`,
      'npx mockberth merge fixtures/recordings',
      'npx mockberth check fixtures/recordings/*.har',
    ])
    const shards = ofJob(runs, 'record')
    const told = shards.map(({ lines }) => /^ {2}\d recorded, for .*$/m.exec(lines[0]!.errors)?.[0])
    expect(told.toSorted()).toEqual([
      '  2 recorded, for `npx mockberth merge`',
      '  3 recorded, for `npx mockberth merge`',
    ])
    for (const shard of shards) expect(textIn(shard.checkout, RECORDING)).toBe(committed)

    const [merge] = ofJob(runs, 'merge')
    expect(merge!.lines.map(({ output }) => output)).toEqual([
      `${RECORDING}: 1 added, 4 replaced, 0 removed\n`,
      `no credentials in ${RECORDING}\n`,
    ])
    expect(asked()).toBe(10)
    const { code, errors } = await merge!.checkout.run(runner, args)
    expect(code).toBe(0)
    expect(errors).toContain(`mockberth: ${RECORDING}\n  0 added, 0 replaced\n  1 of 6 unused: `)
    expect(asked()).toBe(10)
  },
)
