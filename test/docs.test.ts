import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

test('the reference says of every error code what to do, and of no other', () => {
  const thrown = [...read('src/errors.ts').matchAll(/^ {2}\| '(\w+)'$/gm)].map(([, code]) => code!)
  const table = read('docs/reference.md').split('## Errors')[1]!
  const listed = [...table.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, code]) => code!)
  expect(thrown.length).toBeGreaterThan(20)
  expect(listed.toSorted()).toEqual(thrown.toSorted())
})

test('the reference has every option of a definition', () => {
  const definition = /interface ApiDefinition \{([\s\S]*?)\n\}/.exec(
    read('src/mocks/definition.ts'),
  )![1]!
  const options = [...definition.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name!)
  const table = read('docs/reference.md').split('## `mocks.start')[0]!
  const listed = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!)
  expect(listed).toEqual(options)
})

test('the documents link to what is there', () => {
  const documents = [
    'README.md',
    'docs/vitest.md',
    'docs/reference.md',
    'docs/recordings.md',
    'docs/how-it-works.md',
  ]
  const links = documents.flatMap((path) =>
    [...read(path).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => ({
      path,
      target: new URL(target!, new URL(`../${path}`, import.meta.url)),
    })),
  )
  expect(links.length).toBeGreaterThan(5)
  expect(links.filter(({ target }) => !existsSync(target))).toEqual([])
})
