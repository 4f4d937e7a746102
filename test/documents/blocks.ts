import { readdirSync, readFileSync } from 'node:fs'
import { expect, test, type TestContext } from 'vitest'

/** A fenced block of a document. */
export interface Block {
  /** What stands behind its fence; none for what a program prints. */
  readonly language: string
  readonly text: string
  /** The file that it shows, where a comment in its first line names one. */
  readonly path: string | undefined
}

export const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** All that a reader of the project is given. */
export const documents: readonly string[] = [
  'README.md',
  ...readdirSync(new URL('../../docs', import.meta.url)).map((name) => `docs/${name}`),
]

/** The blocks of a document, in its order. */
export function blocksOf(document: string): Block[] {
  return [...read(document).matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
    language: language!,
    text: text!,
    path: /^(?:\/\/|#) (\S+\.\w+)\n/.exec(text!)?.[1],
  }))
}

/** The files that a document shows. */
export function filesOf(document: string): Record<string, string> {
  return Object.fromEntries(
    blocksOf(document).flatMap(({ path, text }) => (path === undefined ? [] : [[path, text]])),
  )
}

/** The one block of a document that has this in it. */
export function blockWith(document: string, part: string): string {
  const found = blocksOf(document).filter(({ text }) => text.includes(part))
  expect(found, `blocks of ${document} with ${part}`).toHaveLength(1)
  return found[0]!.text
}

/** Shows that a block is true: that its command runs, or that this is what is printed. */
export type Proof = (text: string, test: TestContext) => unknown

/**
 * Makes a test for each block of a document that is not TypeScript (those are all type-checked): a proof for
 * the first line of each, in the order in which they stand.
 */
export function proveBlocks(document: string, proofs: Readonly<Record<string, Proof>>): void {
  const blocks = blocksOf(document).filter(({ language }) => language !== 'ts')
  test(`${document} has these blocks`, () => {
    expect(blocks.map(firstLineOf)).toEqual(Object.keys(proofs))
  })
  test.for(Object.entries(proofs))(`${document}: %s`, async ([firstLine, prove], context) => {
    expect.hasAssertions()
    await prove(blocks.find((block) => firstLineOf(block) === firstLine)!.text, context)
  })
}

function firstLineOf({ text }: Block): string {
  return text.split('\n', 1)[0]!
}

/** A text without what is another one each time: ports, places in a file, and how long something took. */
export const sameEachTime = (text: string): string =>
  text
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/(?<=\.ts):\d+:\d+/g, ':LINE')
    .replaceAll(/\b\d+ ms\b/g, 'N ms')
