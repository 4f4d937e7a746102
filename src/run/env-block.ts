/** The lines of a `mockberth serve` in a file of variables, and the run that wrote them. */
export interface EnvBlock {
  readonly run: string
  readonly lines: string
}

const BLOCK =
  /^# mockberth serve (\d+-\w+): begin.*\n((?:(?!# mockberth serve ).*\n)*)# mockberth serve \1: end\n?/gm

/** The blocks of a text. */
export function blocksIn(text: string): EnvBlock[] {
  return [...text.matchAll(BLOCK)].map(([, run, lines]) => ({ run: run!, lines: lines! }))
}

/** A text without its blocks. */
export function withoutBlocks(text: string): string {
  return text.replaceAll(BLOCK, '')
}

/** The text of a block. */
export function blockOf({ run, lines }: EnvBlock): string {
  return `# mockberth serve ${run}: begin. These lines go when it ends.\n${lines}# mockberth serve ${run}: end\n`
}
