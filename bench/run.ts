// Prints what mockberth costs beside the plainest thing that does the same, and beside its peers, from
// interleaved rounds on this machine.

import { commandLine } from './command-line.ts'
import type { Measurement, Row } from './measurement.ts'
import { bodies } from './measurements/bodies.ts'
import { boot } from './measurements/boot.ts'
import { explain } from './measurements/explain.ts'
import { forward } from './measurements/forward.ts'
import { handlers } from './measurements/handlers.ts'
import { hub } from './measurements/hub.ts'
import { imports } from './measurements/imports.ts'
import { memory } from './measurements/memory.ts'
import { playwright } from './measurements/playwright.ts'
import { propagate } from './measurements/propagate.ts'
import { replay } from './measurements/replay.ts'
import { services } from './measurements/services.ts'
import { stop } from './measurements/stop.ts'
import { vitest } from './measurements/vitest.ts'
import { sourceText, writeResults } from './results.ts'
import { source } from './source.ts'
import { table } from './table.ts'

const measurements: Readonly<Record<string, Measurement>> = {
  handlers,
  replay,
  bodies,
  boot,
  stop,
  imports,
  vitest,
  playwright,
  memory,
  forward,
  hub,
  explain,
  propagate,
  services,
}

const { names, plan, isJson, isWhole } = commandLine(Object.keys(measurements))
const rows: Row[] = []
for (const [index, name] of names.entries()) {
  console.error(`${index + 1} of ${names.length}: ${name}`)
  rows.push(...(await measurements[name]!(plan)))
}
const from = source()
if (isJson) console.log(JSON.stringify({ ...from, rows }, null, 2))
else console.log(`${sourceText(from)}\n\n${table(rows)}`)
if (isWhole) writeResults(from, rows)
