import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { read } from './blocks.ts'

test('the page names the floors of the house, in the order that the linter checks', () => {
  const named = [...read('docs/how-it-works.md').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!)
  const { overrides } = JSON.parse(read('.oxlintrc.json'))
  const checked = overrides
    .flatMap(({ files }: { files: string[] }) => files)
    .flatMap((file: string) => /^src\/(\w+)\/\*\*$/.exec(file)?.[1] ?? [])
  expect(named).toEqual(checked)
  const folders = readdirSync(new URL('../../src', import.meta.url), { withFileTypes: true })
    .filter((found) => found.isDirectory())
    .map(({ name }) => name)
  expect(named.toSorted()).toEqual(folders.toSorted())
})
