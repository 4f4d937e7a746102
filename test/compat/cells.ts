/** What one cell of the matrix installs, as npm takes it: a version, or the newest of a major. */
export interface Cell {
  readonly msw: string
  readonly vitest: string
  readonly node: string
  readonly typescript: string
}

/**
 * The ends of every range that package.json claims. Each pair of msw and vitest, of msw and Node,
 * and of vitest and Node is in one of the cells, except vitest 3 on Node 24: vitest 4 is there.
 */
export const cells: readonly Cell[] = [
  { msw: '2.13.0', vitest: '3.2.0', node: '22.19.0', typescript: '5.9' },
  { msw: '3', vitest: '5', node: '22.19.0', typescript: '7' },
  { msw: '2.13.0', vitest: '5', node: '24', typescript: '7' },
  { msw: '3', vitest: '4', node: '24', typescript: '5.9' },
  { msw: '3', vitest: '3.2.0', node: '26', typescript: '6' },
  { msw: '2', vitest: '5', node: '26', typescript: '7' },
]
