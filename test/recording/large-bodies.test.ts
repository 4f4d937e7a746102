import { expect, test } from 'vitest'
import { bodyMeaning } from '../../src/recording/body-meaning.ts'
import type { Json } from '../../src/recording/json-paths.ts'
import { ask, post, startRecorded } from './recorded.ts'

const keep = (value: Json): Json => value
const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'
const MULTIPART = 'multipart/form-data; boundary=x'
const MIB = 1024 * 1024

test.for([
  [FORM, 'a&', 40_000_000],
  [JSON_TYPE, '{},', 80_000_000],
  [MULTIPART, '\n--x', 20_000_000],
] as const)('a huge body of %s is compared as bytes: %s × %i', ([type, text, count]) => {
  const body = Buffer.alloc(text.length * count, text)
  const meaning = bodyMeaning(body, type, keep)
  expect(meaning.length).toBeLessThan(100)
  expect(bodyMeaning(body, 'text/plain', keep)).toBe(meaning)
  body[body.length - 1] = 0
  expect(bodyMeaning(body, type, keep)).not.toBe(meaning)
})

test('what a body means takes little memory, however long it is', () => {
  const long = 'x'.repeat(MIB)
  const bodies = [
    [long, 'text/plain'],
    [`a=${long}`, FORM],
    [JSON.stringify({ long }), JSON_TYPE],
    [`--x\r\n\r\n${long}\r\n--x--`, MULTIPART],
  ] as const
  const meanings = bodies.map(([body, type]) => bodyMeaning(Buffer.from(body), type, keep))
  expect(new Set(meanings).size).toBe(bodies.length)
  for (const meaning of meanings) expect(meaning.length).toBeLessThan(100)
})

/** The same JSON of so many bytes, written in two ways. */
function twins(size: number): [string, string] {
  const long = 'x'.repeat(size - '{"a":1,"b":""}'.length)
  return [`{"a":1,"b":"${long}"}`, `{"b":"${long}","a":1}`]
}

test('up to 4 MiB, JSON counts by what it means; above, by its bytes', async () => {
  const [small, smallTwin] = twins(4 * MIB)
  const [large, largeTwin] = twins(4 * MIB + 1)
  const api = await startRecorded([
    { url: '/small', method: 'POST', body: small, reply: 'small' },
    { url: '/large', method: 'POST', body: large, reply: 'large' },
  ])
  expect(await ask(api, '/small', post(small))).toBe('small')
  expect(await ask(api, '/small', post(smallTwin))).toBe('small')
  expect(await ask(api, '/large', post(large))).toBe('large')
  expect(await ask(api, '/large', post(largeTwin))).toBe('unhandled')
})
