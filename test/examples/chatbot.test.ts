import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findChromium } from '../../scripts/chromium.ts'
import { listeningPorts } from '../support/listeners.ts'
import { createProject, type Ended, type Project } from '../support/project.ts'
import { endOf, failureIn, runPlaywright } from '../playwright/playwright-project.ts'

const example = fileURLToPath(new URL('../../examples/chatbot', import.meta.url))

/** The example, in a folder of its own. */
function copy(): Project {
  const project = createProject({})
  cpSync(example, project.folder, {
    recursive: true,
    filter: (path) => !/node_modules|test-results/.test(path),
  })
  return project
}

function run(
  project: Project,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return runPlaywright(project, args, { CHROMIUM_PATH: findChromium().executablePath, ...env })
}

test('the example passes in four workers, and prints nothing but its results', async () => {
  const ended = await run(copy())

  expect(ended.output).toContain('Running 10 tests using 4 workers')
  expect(ended.errors).toBe('')
  expect(endOf(ended)).toBe('10 passed; 0')
})

test('with DEMO_FAIL=1 there is one more, which fails, and shows what the app sent', async () => {
  const project = copy()
  const ended = await run(project, ['misspelt'], { DEMO_FAIL: '1' })

  expect(endOf(ended)).toBe('1 failed; 1')
  const [failure, serving] = failureIn(ended, 'cancels an order, spelt otherwise').split(
    '\n\nServe ',
  )
  expect(failure)
    .toBe(`Error: orders has not received PATCH /orders/1 with body {"status": "canceled"}.

The nearest is number 2:
  body:
    - Expected
    + Received

      Object {
    -   "status": "canceled",
    +   "status": "cancelled",
      }

It has received:
  1. GET /orders?customer=7 (200, mocked)
  2. PATCH /orders/1 (200, mocked)
  3. GET /orders?customer=7 (200, mocked)`)
  expect(serving).toMatch(/^its traffic again: npx mockberth replay test-results\/misspelt-/)
  expect(ended.output).toContain('attachment #3: output of the app (text/plain)')
  const [, port] = /The shop is at http:\/\/127\.0\.0\.1:(\d+)/.exec(ended.output)!
  expect(listeningPorts().has(Number(port))).toBe(false)
  const attachments = readdirSync(join(project.folder, 'test-results'), { recursive: true })
  expect(attachments.filter((path) => String(path).endsWith('.har'))).toHaveLength(1)
})
