// Has something wait for which the folder has no room, writes that a test passed, and says what came of both.

import { readdirSync, readFileSync } from 'node:fs'
import { openSidecar } from '../../src/recording/sidecar.ts'
import { readSidecarText } from '../../src/recording/sidecar-text.ts'
import { captureOf } from './captured.ts'

const folder = process.argv[2]!
const sidecar = openSidecar(`${folder}/api.har`, `${process.pid}-0123456789ab`)
const capture = captureOf({ responseBody: 'x'.repeat(300_000) })
sidecar.append({ type: 'exchange', key: '', replaces: [], onlyMissing: false, capture })
const written = sidecar.written().then(
  () => 'written',
  (error: unknown) => (error as Error).message,
)
sidecar.write({ type: 'passed', test: 1 })
const waiting = await written
sidecar.close()
const [name] = readdirSync(folder)
const kept = readSidecarText(name!, readFileSync(`${folder}/${name}`, 'utf8'))
console.log(JSON.stringify({ waiting, kept: kept.map(({ seen }) => seen) }))
