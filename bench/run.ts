// Prints what mockberth costs beside the plainest thing that does the same, from interleaved
// rounds on this machine. `npm run bench -- boot stop` runs these two.

import { boot } from './boot.ts'
import { explain } from './explain.ts'
import { forward } from './forward.ts'
import { hub } from './hub.ts'
import { imports } from './imports.ts'
import type { Measurement, Row } from './measurement.ts'
import { playwright } from './playwright.ts'
import { propagate } from './propagate.ts'
import { replay } from './replay.ts'
import { stop } from './stop.ts'
import { machine, table } from './table.ts'

const measurements: Readonly<Record<string, Measurement>> = {
  boot,
  stop,
  imports,
  replay,
  forward,
  hub,
  explain,
  playwright,
  propagate,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => measurements[name] === undefined)
if (unknown.length > 0) {
  console.error(
    `no measurement ${unknown.join(', ')}; there are ${Object.keys(measurements).join(', ')}`,
  )
  process.exit(1)
}
console.log(`${machine()}\n`)
const rows: Row[] = []
for (const [name, measure] of Object.entries(measurements)) {
  if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await measure()))
}
console.log(table(rows))
