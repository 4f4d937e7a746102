import { writeFileSync } from 'node:fs'
import type { Row } from './measurement.ts'
import type { Source } from './source.ts'
import { table } from './table.ts'

/** The source of numbers, for people. */
export function sourceText({ date, machine, versions }: Source): string {
  const all = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `${date}, ${machine}\n${all.join(', ')}`
}

/** Writes bench/results.md. */
export function writeResults(source: Source, rows: readonly Row[]): void {
  const text = `# What mockberth costs

Written by \`npm run bench\`, which [README.md](README.md) explains.

${sourceText(source)}

${table(rows)}
`
  writeFileSync(new URL('results.md', import.meta.url), text)
}
