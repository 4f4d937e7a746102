// Finds a Chromium for the tests of pages, or gets one, and says in one line what it did.

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { installPackage, run } from './debian-package.ts'

/** A Chromium that runs on this machine. */
export interface Chromium {
  readonly executablePath: string
  /** What it says of itself: `Chromium 150.0.7871.100`. */
  readonly version: string
  /** Where it was found, in words. */
  readonly origin: string
}

/** The variable that names the Chromium to take. */
const VARIABLE = 'CHROMIUM_PATH'

/** Debian's packages, and the programs in them. Without a window it takes less than half of the time. */
const PACKAGES = ['chromium-headless-shell', 'chromium']

/** The programs of a system that are one. */
const PROGRAMS = [...PACKAGES, 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** How long each part may take, in milliseconds. */
const LIMITS = { version: 30_000, download: 300_000 }

const ADVICE = `Run: npx playwright install --with-deps chromium
or, on Debian: sudo apt-get install chromium
or set ${VARIABLE} to a Chromium that is there.`

/**
 * The Chromium that tests take: the one that `CHROMIUM_PATH` names, the system's, or Playwright's.
 *
 * @throws when there is none, naming the commands that get one
 */
export function findChromium(): Chromium {
  const found = lookForChromium()
  if (found !== undefined) return found
  throw new Error(`there is no Chromium on this machine. ${ADVICE}`)
}

function lookForChromium(): Chromium | undefined {
  const named = process.env[VARIABLE]
  if (named !== undefined && named !== '') {
    const found = runnable(named, `named by ${VARIABLE}`)
    if (found !== undefined) return found
    throw new Error(`${VARIABLE} is ${named}, which does not run. ${ADVICE}`)
  }
  for (const path of systemPaths()) {
    const found = runnable(path, "the system's")
    if (found !== undefined) return found
  }
  return runnable(chromium.executablePath(), "Playwright's")
}

function systemPaths(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return PROGRAMS.flatMap((program) => folders.map((folder) => join(folder, program)))
}

/** One that is there may still lack libraries, or be a placeholder for a package. */
function runnable(executablePath: string, origin: string): Chromium | undefined {
  if (!existsSync(executablePath)) return undefined
  const { status, stdout } = run(executablePath, ['--version'], LIMITS.version)
  const version = /^.*\d+\.\d+\.\d+.*$/m.exec(stdout)?.[0].split(' built on')[0]!.trim()
  if (status !== 0 || version === undefined) return undefined
  return { executablePath, version, origin }
}

/** Playwright's own, or else Debian's package, where this user may install packages. */
function getChromium(): Chromium | undefined {
  const playwright = fileURLToPath(import.meta.resolve('@playwright/test/cli'))
  run(process.execPath, [playwright, 'install', '--no-shell', 'chromium'], LIMITS.download)
  const downloaded = runnable(chromium.executablePath(), "Playwright's, downloaded now")
  if (downloaded !== undefined) return downloaded
  const installed = PACKAGES.find(installPackage)
  if (installed === undefined) return undefined
  return runnable(`/usr/bin/${installed}`, "Debian's package, installed now")
}

function main(): void {
  try {
    const found = lookForChromium() ?? getChromium()
    if (found === undefined) {
      throw new Error(
        `there is no Chromium on this machine, and neither Playwright's download nor Debian's package gave one. ${ADVICE}`,
      )
    }
    console.log(`${found.version}: ${found.executablePath}, ${found.origin}`)
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
