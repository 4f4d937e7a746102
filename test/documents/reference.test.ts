import { expect, test } from 'vitest'
import { read } from './blocks.ts'

const reference = read('docs/reference.md')

const listedIn = (table: string): string[] =>
  [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!)

test('the reference has every option of a definition', () => {
  const definition = /interface ApiDefinition \{([\s\S]*?)\n\}/.exec(
    read('src/mocks/definition.ts'),
  )![1]!
  const options = [...definition.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name!)
  expect(listedIn(reference.split('### `ApiDefinition`')[0]!)).toEqual(options)
})

test('the page of services has every option of one', () => {
  const options = /SERVICE_RULES[^{]*\{([\s\S]*?)\n\}/.exec(read('src/mocks/validate-services.ts'))!
  const names = [...options[1]!.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name!)
  expect(listedIn(read('docs/services.md')).toSorted()).toEqual(names.toSorted())
})

/** The types of all that can be imported, by what it is imported from. */
const declarations = new Map(
  Object.entries(JSON.parse(read('package.json')).exports as Record<string, { types?: string }>)
    .filter(([, { types }]) => types !== undefined)
    .map(([path, { types }]) => [path.replace('.', 'mockberth'), read(types!)]),
)

/** A chapter of the reference: what its names are imported from, and a section for some of them each. */
const chapters = reference
  .split(/^## /m)
  .map((chapter) => {
    const [heading, ...rest] = chapter.split('\n')
    const modules = [...heading!.matchAll(/`(mockberth[\w/]*)`/g)].map(([, module]) => module!)
    return { modules, text: rest.join('\n') }
  })
  .filter(({ modules }) => modules.length > 0)

/** The sections of a chapter that are about names, which stand in their headings. */
function sectionsOf(chapter: string): { names: string[]; text: string }[] {
  return chapter
    .split(/^### /m)
    .slice(1)
    .map((text) => ({
      names: [...text.split('\n', 1)[0]!.matchAll(/`(\w+)/g)].map(([, name]) => name!),
      text,
    }))
    .filter(({ names }) => names.length > 0)
}

/** The names that a file of types exports, as a bundler writes it. */
function exportsOf(types: string): string[] {
  return [...types.matchAll(/^export (.*)$/gm)].flatMap(([, rest]) => {
    if (rest!.startsWith('default ')) return 'default'
    const [, list] = /^(?:type )?\{(.*)\};?$/.exec(rest!) ?? []
    if (list !== undefined) return [...list.matchAll(/(\w+)\s*(?:,|$)/g)].map(([, name]) => name!)
    const [, name] = /^(?:declare )?(?:const|function|class|interface|type) (\w+)/.exec(rest!) ?? []
    return name ?? rest!
  })
}

test('the reference has every name that can be imported, under what it is imported from', () => {
  expect(declarations.size).toBeGreaterThan(6)
  const documented = chapters.flatMap(({ modules, text }) => {
    const names = sectionsOf(text).flatMap((section) => section.names)
    return modules.map((module) => [module, names.toSorted()] as const)
  })
  const exported = [...declarations].map(
    ([module, types]) => [module, exportsOf(types).toSorted()] as const,
  )
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(exported))
})

test('each name in the reference has an example, which imports it', () => {
  for (const { modules, text } of chapters) {
    for (const { names, text: section } of sectionsOf(text)) {
      const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(section) ?? []
      const isThere = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(example)
      expect(modules.some((module) => example.includes(`'${module}'`))).toBe(true)
      expect(names.filter((name) => name !== 'default' && !isThere(name))).toEqual([])
    }
  }
})
