import { assert, expect } from 'vitest'
import { findChromium } from '../../scripts/chromium.ts'
import { createProject, type Ended, type Project, type Running } from '../support/project.ts'
import { MOCKS, withoutPorts } from '../vitest/vitest-project.ts'

const TEST = `
import { mockTest } from 'mockberth/playwright'
import mocks from '../mocks.ts'

export { expect } from 'mockberth/playwright'
export const test = mockTest(mocks)
`

/** A Playwright config; options are source text. */
function playwrightConfig(options = ''): string {
  return `
import { defineConfig } from '@playwright/test'

export default defineConfig({ testDir: 'e2e', workers: 2, reporter: 'list', ${options} })
`
}

/** What makes a Chromium start fast, and keeps it from asking anybody for anything. */
const ARGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-sync',
  '--no-first-run',
  '--no-sandbox',
]

/** The `use` of a config whose tests open pages in the Chromium of this machine; more is source text. */
export function inChromium(more = ''): string {
  const launchOptions = { executablePath: findChromium().executablePath, args: ARGS }
  return `use: { launchOptions: ${JSON.stringify(launchOptions)}, ${more} }`
}

/** A project with the declaration of the Vitest tests, whose `test` is in e2e/test.ts. */
export function playwrightProject(files: Readonly<Record<string, string>>, options = ''): Project {
  return createProject({
    'mocks.ts': MOCKS,
    'e2e/test.ts': TEST,
    'playwright.config.ts': playwrightConfig(options),
    ...files,
  })
}

/** Colours would be forced in the workers. */
export const PLAIN = { NO_COLOR: undefined, FORCE_COLOR: '0' }

/** Starts a run of the tests of a project. */
export function startPlaywright(
  project: Project,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Running {
  return project.start('playwright', ['test', ...args], { ...PLAIN, ...env })
}

/** Runs the tests of a project to their end. */
export function runPlaywright(
  project: Project,
  args?: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Ended> {
  return startPlaywright(project, args, env).ended
}

/** What Playwright's summary says of tests (`1 failed, 2 passed`), else all that was printed, and the exit code. */
export function endOf({ code, output }: Ended): string {
  const counts = [
    ...output.matchAll(/^ {2}(\d+ (?:failed|interrupted|passed|skipped|flaky|did not run))\b/gm),
  ]
  return `${counts.map(([, count]) => count).join(', ') || output}; ${code}`
}

/** What is printed of a failure, without ports, attachments and hashes. */
export function failureIn({ output }: Ended, title: string): string {
  const parts = output.split(/^ {2}\d+\) /m).slice(1)
  const found = parts.find((part) => isOf(part, title))
  assert(found !== undefined, `there is no failure of ${title}:\n${output}`)
  const [, ...lines] = found.split('\n')
  const text = lines.map((line) => line.replace(/^ {4}/, '')).join('\n')
  return withoutPorts(
    text.split(/^(?:attachment #1|Error Context:|Retry #1| {2}\d+ failed)/m)[0]!.trim(),
  ).replaceAll(/traffic-[\da-f]{40}/g, 'traffic-HASH')
}

/** The text attachment of a failure. */
export function attachedText({ output }: Ended, title: string): string {
  const part = output.split(/^ {2}\d+\) /m).find((one) => isOf(one, title))
  const found =
    /^ {4}attachment #\d+: traffic, in short \(text\/plain\) ─+\n([\s\S]*?)\n {4}─+$/m.exec(
      part ?? '',
    )
  expect(found).not.toBeNull()
  return found![1]!
}

function isOf(part: string, title: string): boolean {
  return part.split('\n', 1)[0]!.includes(`› ${title} ─`)
}
