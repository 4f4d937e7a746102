/**
 * Lines of cells under one another, set in.
 *
 * @param sides where the cells of each column stand; those of the columns after them as they are
 */
export function inColumns(
  lines: readonly (readonly string[])[],
  sides: readonly ('left' | 'right')[],
): string[] {
  const widths = sides.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines.map((line) => {
    const cells = line.map((cell, column) => {
      const width = widths[column] ?? 0
      return sides[column] === 'right' ? cell.padStart(width) : cell.padEnd(width)
    })
    return `  ${cells.join('  ')}`
  })
}
