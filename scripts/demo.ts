// Runs the example project and says what happened: which worker had which API where, what it was
// asked, what the tests found, and whether anything is left.

import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { summary, testList, workersTable } from './demo/print.ts'
import { runProject } from './demo/run-project.ts'
import { unpackInto } from './unpack.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = resolve(process.argv[2] ?? join(root, 'examples/vitest'))
const name = relative(root, folder)

console.log(`
${styleText('bold', `mockberth demo: the tests of ${name}`)}

A small shop calls five APIs through @octokit/rest, stripe, openai and axios. Its code reads their
URLs from the environment when it is imported, and knows nothing of mocks. Each of Vitest's workers
has mocks of the five to itself, as servers on real ports of this machine; one replays a recording.
`)

unpackInto(folder)
const run = await runProject(folder)
const { passed, files, output, left } = run

if (files.length > 0) console.log(`${workersTable(files)}\n\n${testList(files)}\n\n${summary(run)}`)
console.log(
  left.ports.length === 0
    ? `Nothing is left listening (${left.how}).`
    : styleText('red', `Left listening: port ${left.ports.join(', port ')} (${left.how}).`),
)
console.log(
  passed
    ? `\nSee ${name}: fixtures/mocks.ts declares the APIs, vitest.config.ts starts them, and the tests\nchange what they say and look at what they were asked.\n`
    : `\nThe tests failed. Vitest says:\n${output}`,
)
process.exitCode = passed && left.ports.length === 0 ? 0 : 1
