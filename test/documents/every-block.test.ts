import { existsSync, globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createProject } from '../support/project.ts'
import { blocksOf, documents, filesOf, read } from './blocks.ts'

/** What of a reader's own project the documents speak of. */
const READERS_OWN = {
  'fixtures/database.ts': `
    export async function migrate(url: string): Promise<void> {}
    export async function truncate(url: string): Promise<void> {}`,
  'test/my-fixtures.ts': `
    import { test as base } from 'vitest'
    export const test = base.extend<{ user: string }>({ user: 'octocat' })`,
}

const TSCONFIG = JSON.stringify({
  compilerOptions: {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: 'es2024',
    module: 'nodenext',
    types: ['node'],
    allowImportingTsExtensions: true,
  },
})

/** The blocks of TypeScript of a document, each in the file that it shows, or one of its own. */
function typescriptOf(document: string): (readonly [path: string, text: string])[] {
  return blocksOf(document)
    .filter(({ language }) => language === 'ts')
    .map(({ path, text }, index) => [path ?? `block-${index + 1}.ts`, text] as const)
}

test('every block of TypeScript in the documents type-checks', async () => {
  const mocks = { 'fixtures/mocks.ts': filesOf('README.md')['fixtures/mocks.ts']! }
  const files = documents.flatMap((document) => {
    const shown = typescriptOf(document)
    const paths = shown.map(([path]) => path)
    expect(paths, `files of ${document}, each shown once`).toEqual([...new Set(paths)])
    return Object.entries({ ...READERS_OWN, ...mocks, ...Object.fromEntries(shown) }).map(
      ([path, text]) => [`${document.replace('.md', '')}/${path}`, text] as const,
    )
  })
  expect(files.length).toBeGreaterThan(documents.length * 2 + 5)
  const project = createProject({ 'tsconfig.json': TSCONFIG, ...Object.fromEntries(files) })
  const { code, output } = await project.run('tsc')
  expect(output).toBe('')
  expect(code).toBe(0)
})

/** Documents whose other blocks are proved by tests of what they are about. */
const PROVED_ELSEWHERE: Readonly<Record<string, string>> = {
  'docs/ci.md': 'test/ci.test.ts',
  'docs/errors.md': 'test/errors.test.ts',
}

test('of each document, something proves the blocks that are not TypeScript', () => {
  const tests = globSync('test/documents/*.test.ts', { cwd: new URL('../..', import.meta.url) })
  const proved = tests.flatMap((path) =>
    [...read(path).matchAll(/^proveBlocks\('(\S+)'/gm)].map(([, document]) => document!),
  )
  for (const [document, path] of Object.entries(PROVED_ELSEWHERE)) {
    expect(read(path)).toContain(document)
    proved.push(document)
  }
  const toProve = documents.filter((document) =>
    blocksOf(document).some(({ language }) => language !== 'ts'),
  )
  expect(proved.toSorted()).toEqual(toProve.toSorted())
})

test('no block stands where the tests do not look for it', () => {
  for (const document of documents) {
    const fences = read(document).match(/^[ >]*(?:`{3,}|~{3,})/gm) ?? []
    expect([document, fences.length]).toEqual([document, blocksOf(document).length * 2])
  }
})

test('the documents link to what is there', () => {
  const links = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:)([^)#]*)(#[^)]+)?\)/g)].map(
      ([link, target, heading]) => {
        const path = target === '' ? document : new URL(target!, `file:///${document}`).pathname
        return { document, link, path: path.replace(/^\//, ''), heading }
      },
    ),
  )
  expect(links.length).toBeGreaterThan(5)
  expect(links.filter((link) => !isThere(link))).toEqual([])
})

function isThere({ path, heading }: { path: string; heading: string | undefined }): boolean {
  if (!existsSync(new URL(`../../${path}`, import.meta.url))) return false
  return heading === undefined || headingsOf(path).includes(heading)
}

/** Its headings, as links to them have them. */
function headingsOf(document: string): string[] {
  return [...read(document).matchAll(/^#+ (.+)$/gm)].map(
    ([, heading]) =>
      `#${heading!
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-')}`,
  )
}
