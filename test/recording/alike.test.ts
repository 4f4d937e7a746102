import { expect, test } from 'vitest'
import { createAlikeEntries, type AlikeEntries } from '../../src/recording/alike.ts'
import type { RecordedEntry } from '../../src/recording/entry.ts'

function entryOf(number: number): RecordedEntry {
  const url = new URL('https://api.test/')
  return {
    number,
    request: { method: 'GET', url, rawHeaders: [], body: undefined },
    answer: { kind: 'drop' },
    timing: { wait: 0, receive: 0 },
  }
}

/** Entries that each want something else; every second one is for German. */
function alikeOf(count: number): AlikeEntries {
  const alike = createAlikeEntries()
  for (let number = 1; number <= count; number++) {
    const language = number % 2 === 0 ? 'de' : `x-${number}`
    alike.add(entryOf(number), ['accept', `a/${number}`, 'accept-language', language])
  }
  return alike
}

test('for the same entries it is the same list, however much was asked for in between', () => {
  const alike = alikeOf(100)
  const german = alike.bestFor(['accept', 'any', 'accept-language', 'de'])
  const all = alike.bestFor(['accept', 'any'])
  expect(german.map(({ number }) => number)).toEqual(
    Array.from({ length: 50 }, (_, i) => 2 * i + 2),
  )
  expect(all.length).toBe(100)
  for (let other = 0; other < 3000; other++) {
    expect(alike.bestFor(['accept', `other/${other}`])).toBe(all)
  }
  expect(alike.bestFor(['accept', 'any', 'accept-language', 'de'])).toBe(german)
  expect(alike.bestFor(['accept', 'more', 'accept-language', 'de'])).toBe(german)
})

test('an entry that comes later is found', () => {
  const alike = alikeOf(4)
  const wants = ['accept', 'any', 'accept-language', 'de']
  expect(alike.bestFor(wants).map(({ number }) => number)).toEqual([2, 4])
  alike.add(entryOf(5), ['accept', 'a/2', 'accept-language', 'de'])
  expect(alike.bestFor(wants).map(({ number }) => number)).toEqual([2, 4, 5])
  alike.add(entryOf(6), wants)
  expect(alike.bestFor(wants).map(({ number }) => number)).toEqual([6])
})
