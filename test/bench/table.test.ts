import { expect, test } from 'vitest'
import { rowOf } from '../../bench/measurement.ts'
import { table } from '../../bench/table.ts'

test('a table has medians and ratios, and says which peer has left and why', () => {
  const rounds = [
    { raw: 1000, mockberth: 400, hono: 900, mockttp: 100 },
    { raw: 2000, mockberth: 1000, hono: 2000 },
    { raw: 4000, mockberth: 1200, hono: 3000 },
  ]
  const row = rowOf('1 handler', 'requests/s', rounds, {
    goal: 'ratio ≥ 0.30',
    missing: { mockttp: 'it closed' },
  })
  expect(table([row])).toBe(`\
|           |            | raw   | mockberth                | hono                     | goal         |
| --------- | ---------- | ----- | ------------------------ | ------------------------ | ------------ |
| 1 handler | requests/s | 2,000 | 1,000 · 0.40 (0.30–0.50) | 2,000 · 0.90 (0.75–1.00) | ratio ≥ 0.30 |

- 1 handler: mockttp is not measured: it closed`)
})

test('where ratios say nothing, it has the middle half of the figures', () => {
  const rounds = [-1, 0, 20].map((figure) => ({ raw: 0, mockberth: figure }))
  const lines = table([rowOf('added', 'ms', rounds, { hasRatio: false })]).split('\n')
  expect(lines.at(-1)).toMatch(
    /^\| added \| ms +\| 0\.000 \(0\.000–0\.000\) \| 0\.000 \(-1\.00–20\) +\|/,
  )
})
