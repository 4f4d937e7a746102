import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createProject } from './support/project.ts'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

test('the reference has every option of a definition', () => {
  const definition = /interface ApiDefinition \{([\s\S]*?)\n\}/.exec(
    read('src/mocks/definition.ts'),
  )![1]!
  const options = [...definition.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name!)
  const table = read('docs/reference.md').split('## `mocks.start')[0]!
  const listed = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!)
  expect(listed).toEqual(options)
})

const documents = [
  'README.md',
  ...readdirSync(new URL('../docs', import.meta.url)).map((name) => `docs/${name}`),
]

/** What of a reader's own project the documents speak of. */
const READERS_OWN = {
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

/** The blocks of a document, under the path that a comment in their first line gives them. */
function blocksOf(document: string): Record<string, string> {
  const blocks = [...read(document).matchAll(/```ts\n((?:\/\/ (\S+\.ts)\n)?[\s\S]*?)```/g)]
  return Object.fromEntries(
    blocks.map(([, text, path], index) => [path ?? `block-${index + 1}.ts`, text!]),
  )
}

test('every block of TypeScript in the documents type-checks', async () => {
  const mocks = { 'fixtures/mocks.ts': blocksOf('README.md')['fixtures/mocks.ts']! }
  const files = documents.flatMap((document) =>
    Object.entries({ ...READERS_OWN, ...mocks, ...blocksOf(document) }).map(
      ([path, text]) => [`${document.replace('.md', '')}/${path}`, text] as const,
    ),
  )
  expect(files.length).toBeGreaterThan(documents.length * 2 + 5)
  const project = createProject({ 'tsconfig.json': TSCONFIG, ...Object.fromEntries(files) })
  const { code, output } = await project.run('tsc')
  expect(output).toBe('')
  expect(code).toBe(0)
})

test('the documents link to what is there', () => {
  const links = documents.flatMap((path) =>
    [...read(path).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => ({
      path,
      target: new URL(target!, new URL(`../${path}`, import.meta.url)),
    })),
  )
  expect(links.length).toBeGreaterThan(5)
  expect(links.filter(({ target }) => !existsSync(target))).toEqual([])
})
