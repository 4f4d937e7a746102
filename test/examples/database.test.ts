import { chmodSync, cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findChromium } from '../../scripts/chromium.ts'
import { environmentOf } from '../cli/declared-project.ts'
import { endOf, runPlaywright } from '../playwright/playwright-project.ts'
import { nothingLeft, serviceProject, startsOf } from '../services/service-project.ts'
import type { Project } from '../support/project.ts'

const example = fileURLToPath(new URL('../../examples/database', import.meta.url))
const server = fileURLToPath(new URL('../../node_modules/.bin/pglite-server', import.meta.url))

/** In the place of the real `pglite-server`: it tells of its start, and becomes the real one. */
const TELLING_SERVER = `#!/bin/sh
for word; do
  case $word in --port=*) echo "$$ \${word#--port=}" >> starts.log ;; esac
done
exec '${server}' "$@"
`

/** The example, in a folder of its own. */
function copy(): Project {
  const program = 'node_modules/.bin/pglite-server'
  const project = serviceProject({ [program]: TELLING_SERVER })
  chmodSync(join(project.folder, program), 0o755)
  cpSync(example, project.folder, {
    recursive: true,
    filter: (path) => !/node_modules|test-results/.test(path),
  })
  return project
}

test(
  'the workers of both runners have databases of their own, at most one each, and leave none',
  { timeout: 240_000 },
  async () => {
    const project = copy()
    const env = { ...environmentOf(project), CHROMIUM_PATH: findChromium().executablePath }

    const vitest = await project.run('vitest', ['run'], env)
    expect(vitest.output).toMatch(/Test Files {2}6 passed \(6\)\s+Tests {2}13 passed \(13\)/)
    expect(vitest.errors).toBe('')
    expect(vitest.code).toBe(0)
    const started = startsOf(project).length
    expect(started).toBeGreaterThan(1)
    expect(started).toBeLessThanOrEqual(4)
    await nothingLeft(project)

    const playwright = await runPlaywright(project, [], env)
    expect(playwright.output).toContain('Running 6 tests using 2 workers')
    expect(playwright.errors).toBe('')
    expect(endOf(playwright)).toBe('6 passed; 0')
    expect(startsOf(project)).toHaveLength(started + 2)
    await nothingLeft(project)
  },
)
