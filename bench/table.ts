import { cpus } from 'node:os'
import type { Row, Spread } from './measurement.ts'

/** Where the numbers come from. */
export function machine(): string {
  const { length: cores, 0: first } = cpus()
  const date = new Date().toISOString().slice(0, 10)
  return `${date}, Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cores} cores (${first?.model.trim()})`
}

/** The rows for people: medians, and in brackets the middle half of the rounds. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ what, unit, ours, raw, ratio, goal }) => [
    what,
    `${text(ours)} ${unit}`,
    `${text(raw)} ${unit}`,
    text(ratio),
    goal,
  ])
  const all = [['', 'ours', 'raw', 'ratio', 'goal'], ...lines]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)))
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('   ')
        .trimEnd(),
    )
    .join('\n')
}

function text({ median, low, high }: Spread): string {
  return `${round(median)} (${round(low)}–${round(high)})`
}

function round(value: number): string {
  return value.toFixed(value < 10 ? 2 : 0)
}
