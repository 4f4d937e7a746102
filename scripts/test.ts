// All checks, one after the other. Ends with `N passed, N failed`: every test of the suite counts,
// and so does every other step.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const results = mkdtempSync(join(tmpdir(), 'mockberth-test-'))
const report = join(results, 'report.json')

const steps: Record<string, readonly string[]> = {
  build: ['npm', 'run', '--silent', 'build'],
  lint: ['npm', 'run', '--silent', 'lint'],
  types: ['npm', 'run', '--silent', 'types'],
  chromium: ['node', 'scripts/chromium.ts'],
  firewall: ['node', 'scripts/firewall.ts'],
  tests: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  demo: ['node', 'scripts/demo.ts'],
}

let passed = 0
let failed = 0

for (const [name, [command, ...args]] of Object.entries(steps)) {
  console.log(`\n> ${name}`)
  const { status } = spawnSync(command!, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (name === 'tests') countTests()
  if (status === 0) passed += 1
  else failed += 1
  if (status !== 0) console.log(`> ${name} failed`)
  if (name === 'build' && status !== 0) break
}
rmSync(results, { recursive: true })

console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function countTests(): void {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
    passed += numPassedTests
    failed += numFailedTests
  } catch {
    console.log('> the test run left no report')
  }
}
