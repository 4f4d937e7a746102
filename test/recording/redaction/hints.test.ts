import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { mayHaveAnyOf } from '../../../src/recording/redaction/any-word.ts'
import { compileNames } from '../../../src/recording/redaction/names.ts'

test('words are found wherever they are, and nothing else is taken for one', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 })
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', 'B', '-'), maxLength: 12 })
  const seen = { true: 0, false: 0 }
  fc.assert(
    fc.property(fc.array(letters, { minLength: 1, maxLength: 5 }), texts, (words, text) => {
      const isThere = words.some((word) => text.toLowerCase().includes(word))
      seen[`${isThere}`] += 1
      expect(mayHaveAnyOf(words)(text)).toBe(isThere)
    }),
    { numRuns: 5000 },
  )
  expect(Math.min(seen.true, seen.false)).toBeGreaterThan(500)
})

/** What names of secrets, and what is around them, are made of. */
const PIECES = [
  ...`pass passw word wd pwd secret token api Key client data sess ion id auth orization bearer JWT sig
    nature credential c x srf saml assertion response connection string code verifier t otp pin cvv cvc
    2 sid ticket phrase s 123 value hex a { ? : . _ - [ ] " \\" = > ; %22 %3D %5D & Ė`.split(/\s+/),
  ' ',
  '\r',
  '\n',
]

test('no name of a secret is overlooked by the quick look at a text', () => {
  const quick = compileNames([], [])
  // Where a name is declared, nobody takes the quick look.
  const thorough = compileNames(['zzzz-qqqq-zzzz'], [])
  const seen = { true: 0, false: 0 }
  const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 })
  fc.assert(
    fc.property(texts, (pieces) => {
      const text = pieces.join('')
      seen[`${thorough.hints(text)}`] += 1
      expect(quick.hints(text)).toBe(thorough.hints(text))
    }),
    { numRuns: 50_000 },
  )
  expect(Math.min(seen.true, seen.false)).toBeGreaterThan(2000)
})
