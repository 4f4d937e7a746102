import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findChromium } from '../../scripts/chromium.ts'
import { createProject } from '../support/project.ts'

const script = fileURLToPath(new URL('../../scripts/chromium.ts', import.meta.url))

const ADVICE = `Run: npx playwright install --with-deps chromium
or, on Debian: sudo apt-get install chromium
or set CHROMIUM_PATH to a Chromium that is there.`

/** A machine with nothing on it, from which nothing can be reached. */
const BARE = {
  PATH: '/nowhere',
  CHROMIUM_PATH: undefined,
  PLAYWRIGHT_BROWSERS_PATH: '/nowhere/browsers',
  PLAYWRIGHT_DOWNLOAD_HOST: 'http://127.0.0.1:1',
}

test('the Chromium that a variable names is taken, and that is said', async () => {
  const { executablePath, version } = findChromium()
  const project = createProject({})
  const env = { ...BARE, PATH: '/usr/bin:/bin', CHROMIUM_PATH: executablePath }
  const { code, output } = await project.run('node', [script], env)
  expect(output).toBe(`${version}: ${executablePath}, named by CHROMIUM_PATH\n`)
  expect(code).toBe(0)
})

test("the system's is found by its name", async () => {
  const { executablePath, version } = findChromium()
  const project = createProject({})
  const programs = join(project.folder, 'programs')
  mkdirSync(programs)
  symlinkSync(executablePath, join(programs, 'google-chrome'))
  const env = { ...BARE, PATH: `${programs}:/bin` }
  const { code, output } = await project.run('node', [script], env)
  expect(output).toMatch(new RegExp(`^${version}: .*, the system's\n$`))
  expect(code).toBe(0)
})

test('one that does not run is no Chromium', async () => {
  const project = createProject({ chromium: 'nothing that runs' })
  const { code, output } = await project.run('node', [script], {
    ...BARE,
    CHROMIUM_PATH: join(project.folder, 'chromium'),
  })
  expect(output).toBe(
    `CHROMIUM_PATH is ${join(project.folder, 'chromium')}, which does not run. ${ADVICE}\n`,
  )
  expect(code).toBe(1)
})

test('where none can be got, the commands that get one are named', async () => {
  const project = createProject({})
  const { code, output } = await project.run('node', [script], BARE)
  expect(output).toBe(
    `there is no Chromium on this machine, and neither Playwright's download nor Debian's package gave one. ${ADVICE}\n`,
  )
  expect(code).toBe(1)
})
