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
import { playwright } from './measurements/playwright.ts'
import { propagate } from './measurements/propagate.ts'
import { replay } from './measurements/replay.ts'
import { stop } from './measurements/stop.ts'
import { machine, table } from './table.ts'

const measurements: Readonly<Record<string, Measurement>> = {
  handlers,
  replay,
  bodies,
  boot,
  stop,
  imports,
  forward,
  hub,
  explain,
  playwright,
  propagate,
}

const { names, plan, isJson } = commandLine(Object.keys(measurements))
const rows: Row[] = []
for (const name of names) {
  console.error(`measuring ${name}`)
  rows.push(...(await measurements[name]!(plan)))
}
if (isJson) console.log(JSON.stringify({ rows }, null, 2))
else console.log(`${machine()}\n\n${table(rows)}`)
