import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MockberthError } from '../../src/index.ts'
import { loadRecording } from '../../src/recording/load.ts'
import { createFolder, entryOf, harOf, listed } from '../support/har.ts'

/** As many runs as fit into two seconds. */
const BOUNDS = { numRuns: 1_000_000, interruptAfterTimeLimit: 2000 }

/** What a file of these bytes is loaded as: how many entries are read and passed over, or a code. */
async function outcomeOf(file: string, bytes: Uint8Array | string): Promise<number | string> {
  await writeFile(file, bytes)
  try {
    const { entries, skipped } = await loadRecording(file)
    return entries.length + skipped.length
  } catch (error) {
    if (error instanceof MockberthError) return error.code
    throw error
  }
}

/** Any JSON where a HAR has something of its own. */
const wild = fc.jsonValue()
const mayBe = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.oneof(value, wild)
const pairs = mayBe(fc.array(mayBe(fc.record({ name: mayBe(fc.string()), value: wild }))))

const wildEntry = fc.record(
  {
    request: mayBe(
      fc.record(
        {
          method: mayBe(fc.constantFrom('GET', 'POST', '')),
          url: mayBe(fc.webUrl()),
          headers: pairs,
          bodySize: wild,
          postData: mayBe(
            fc.record({ mimeType: wild, text: wild, params: pairs }, { requiredKeys: [] }),
          ),
        },
        { requiredKeys: [] },
      ),
    ),
    response: mayBe(
      fc.record(
        {
          status: mayBe(fc.integer({ min: -2, max: 1000 })),
          statusText: wild,
          headers: pairs,
          redirectURL: wild,
          content: mayBe(
            fc.record(
              {
                size: wild,
                mimeType: mayBe(fc.constantFrom('text/plain; charset=utf-16', 'a/b')),
                text: wild,
                encoding: mayBe(fc.constant('base64')),
                _file: mayBe(fc.constantFrom('../x', '/etc/passwd', '.', '')),
              },
              { requiredKeys: [] },
            ),
          ),
        },
        { requiredKeys: [] },
      ),
    ),
    time: wild,
    timings: wild,
  },
  { requiredKeys: [] },
)

test('whatever stands in the fields of a HAR, each entry is read or passed over', async () => {
  const file = join(await createFolder(), 'wild.har')
  await fc.assert(
    fc.asyncProperty(fc.array(mayBe(wildEntry), { maxLength: 5 }), async (entries) => {
      expect(await outcomeOf(file, harOf(entries))).toBe(entries.length)
    }),
    BOUNDS,
  )
})

test('whatever happens to the bytes of a HAR, it is read or refused', async () => {
  const file = join(await createFolder(), 'broken.har')
  const whole = Buffer.from(
    harOf([
      entryOf({ url: '/a' }, { headers: listed('set-cookie: a=1'), content: { text: 'é' } }),
      entryOf({ url: '/b', method: 'POST', postData: { text: '{"a":[1]}' } }, { status: 0 }),
    ]),
  )
  const change = fc.record({
    at: fc.nat(whole.length - 1),
    remove: fc.nat(20),
    insert: fc.uint8Array({ maxLength: 8 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = changes.reduce<Buffer>(
        (rest, { at, remove, insert }) =>
          Buffer.concat([rest.subarray(0, at), insert, rest.subarray(at + remove)]),
        whole,
      )
      const outcome = await outcomeOf(file, bytes)
      expect(typeof outcome === 'number' || outcome === 'RECORDING_INVALID').toBe(true)
    }),
    BOUNDS,
  )
})
