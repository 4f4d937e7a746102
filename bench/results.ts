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

A figure is the median of all rounds. What follows it is its ratio to raw \`node:http\`, or to what a
row says its raw is: the median, and the middle half of the rounds in brackets.

${table(rows)}
`
  writeFileSync(new URL('results.md', import.meta.url), text)
}
