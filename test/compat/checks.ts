import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInstalled, type Ended } from './installation.ts'

/** What a check found. */
export interface Finding {
  readonly name: string
  readonly passed: number
  readonly failed: number
  /** What to show when something failed. */
  readonly output: string
}

/** Everything that is checked in a project with the suite in it. */
export function* checkProject(folder: string): Iterable<Finding> {
  yield runSuite(folder, 'plugin.config.ts')
  yield runSuite(folder, 'plain.config.ts')
  yield runSuite(folder, 'projects.config.ts', '--pool=threads', '--no-isolate')
  yield runSuite(folder, 'projects.config.ts', '--pool=vmThreads')
  yield runSuite(folder, 'projects.config.ts', '--pool=vmForks')
  yield failingTests(folder)
  yield attachedTraffic(folder)
  yield recording(folder)
  yield services(folder)
  yield typesOfUser(folder)
  yield typesOfPackage(folder)
}

/** What npm says to somebody who installs the package: nothing about it or its peers. */
export function installMessages({ status, output }: Ended): Finding {
  const complaints = output.match(/^npm .*(?:mockberth|peer|ERESOLVE).*$/gim) ?? []
  const ok = status === 0 && complaints.length === 0
  return verdict('npm install', ok, status === 0 ? complaints.join('\n') : output)
}

function runSuite(folder: string, config: string, ...options: string[]): Finding {
  const name = ['vitest --config', config, ...options].join(' ')
  const report = `${config}.json`
  const { status, output } = vitest(
    folder,
    config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...options,
  )
  try {
    const counts = JSON.parse(readFileSync(join(folder, report), 'utf8')) as Counts
    const { numPassedTests: passed, numFailedTests } = counts
    const failed = status === 0 ? numFailedTests : Math.max(numFailedTests, 1)
    return { name, passed, failed, output }
  } catch {
    return verdict(name, false, output)
  }
}

interface Counts {
  readonly numPassedTests: number
  readonly numFailedTests: number
}

function failingTests(folder: string): Finding {
  const { status, output } = vitest(folder, 'failing.config.ts')
  const ok =
    status === 1 &&
    /Tests\s+2 failed \(2\)/.test(output) &&
    /Unhandled request to github: GET http\S+\/nowhere\n/.test(output)
  return verdict('an unhandled request fails its test', ok, output)
}

/** With the plugin and without it, each test names a file with its one request. */
function attachedTraffic(folder: string): Finding {
  const { output } = vitest(folder, 'failing.config.ts')
  const lines = output.matchAll(/^Serve its traffic again: npx mockberth replay (\S+)$/gm)
  // Vitest 3 prints a message twice.
  const files = new Set([...lines].map(([, file]) => file!))
  const urls = [...files].map((file) => {
    const { entries } = JSON.parse(readFileSync(join(folder, file), 'utf8')).log
    return entries.map(({ request }: any) => new URL(request.url).pathname).join()
  })
  const tables = output.match(/^mockberth: the traffic of .*\n +github +GET +\/nowhere +501 /gm)
  const ok = urls.join(' ') === '/nowhere /nowhere' && tables?.length === 2
  return verdict('the traffic of a failed test is attached', ok, output)
}

function recording(folder: string): Finding {
  const { status, output } = vitest(folder, 'recording.config.ts')
  const file = join(folder, 'recordings/echo.har')
  const entries = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).log.entries : []
  const paths = entries.map(({ request }: any) => new URL(request.url).pathname)
  const ok = status === 1 && paths.join() === '/one,/two' && output.includes('2 added, 0 replaced')
  return verdict('what all workers recorded is in one file', ok, output)
}

function services(folder: string): Finding {
  const { status, output } = vitest(folder, 'services.config.ts')
  const file = join(folder, 'starts.log')
  const starts = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const ok = status === 0 && /Tests\s+4 passed \(4\)/.test(output) && starts === 'started\n'
  return verdict('the files of a worker have one service', ok, output + starts)
}

function typesOfUser(folder: string): Finding {
  const { status, output } = runInstalled(folder, 'typescript/bin/tsc', [])
  return verdict('tsc', status === 0, output)
}

/** Declarations of other packages are not ours to judge. */
function typesOfPackage(folder: string): Finding {
  const { output } = runInstalled(folder, 'typescript/bin/tsc', ['--skipLibCheck', 'false'])
  const ok = !/^node_modules\/mockberth\//m.test(output)
  return verdict('tsc --skipLibCheck false', ok, output)
}

function vitest(folder: string, config: string, ...options: string[]): Ended {
  return runInstalled(folder, 'vitest/vitest.mjs', ['run', '--config', config, ...options])
}

function verdict(name: string, ok: boolean, output: string): Finding {
  return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, output }
}
