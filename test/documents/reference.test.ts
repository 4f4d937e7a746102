import { expect, test } from 'vitest'
import { read } from './blocks.ts'

test('the reference has every option of a definition', () => {
  const definition = /interface ApiDefinition \{([\s\S]*?)\n\}/.exec(
    read('src/mocks/definition.ts'),
  )![1]!
  const options = [...definition.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name!)
  const table = read('docs/reference.md').split('## `mocks.start')[0]!
  const listed = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!)
  expect(listed).toEqual(options)
})
