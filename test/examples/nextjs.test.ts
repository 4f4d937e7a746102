import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findChromium } from '../../scripts/chromium.ts'
import { endOf } from '../playwright/playwright-project.ts'
import { listeningPorts } from '../support/listeners.ts'
import { ownPort } from '../support/own-port.ts'
import { processesWith } from '../support/processes.ts'
import { createProject } from '../support/project.ts'

const config = fileURLToPath(new URL('../../examples/nextjs/playwright.config.ts', import.meta.url))

test(
  'the tests of four workers share one `next dev`, and each has its own mocks',
  { timeout: 240_000 },
  async () => {
    const port = await ownPort()
    const mark = randomUUID()
    const ended = await createProject({}).run('playwright', ['test', '--config', config], {
      NO_COLOR: undefined,
      FORCE_COLOR: '0',
      NEXT_TELEMETRY_DISABLED: '1',
      CHROMIUM_PATH: findChromium().executablePath,
      PORT: String(port),
      TEST_MARK: mark,
    })

    expect(ended.output).toContain('Running 9 tests using 4 workers')
    expect(endOf(ended)).toBe('9 passed; 0')
    await expect.poll(() => processesWith(mark)).toEqual([])
    expect(listeningPorts().has(port)).toBe(false)
  },
)
