import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ComparedRequest, Miss } from '../../src/contract/index.ts'
import { nearestOf } from '../../src/report/near-misses/nearest.ts'

const asked: ComparedRequest = {
  method: 'GET',
  origin: 'https://api.test',
  path: '/users/octocat/repos/hello',
  query: 'page=1&sort=up&q=x&size=9',
  headers: new Map([
    ['x-tenant', 'a'],
    ['accept', 'b'],
  ]),
  body: {
    kind: 'json',
    text: '',
    value: { name: 'Mona', tags: ['a', 'b'], owner: { id: 1, admin: true } },
  },
}

type Change = (wanted: Draft, value: string) => void
interface Draft {
  method: string
  origin: string
  segments: string[]
  query: URLSearchParams
  headers: Map<string, string | undefined>
  body: any
  others: { field: string; wanted: string; got: string }[]
}

/** Each takes one thing of what is wanted away from what is asked. */
const CHANGES: readonly Change[] = [
  (wanted) => (wanted.method = 'POST'),
  (wanted) => (wanted.origin = 'https://other.test'),
  ...[0, 1, 2, 3].map(
    (index): Change =>
      (wanted, value) =>
        (wanted.segments[index] += value),
  ),
  ...['page', 'sort', 'q', 'more'].map(
    (name): Change =>
      (wanted, value) =>
        wanted.query.set(name, value),
  ),
  (wanted) => wanted.query.delete('size'),
  (wanted, value) => wanted.headers.set('x-tenant', value),
  (wanted) => wanted.headers.set('accept', undefined),
  (wanted, value) => (wanted.body.name = value),
  (wanted, value) => (wanted.body.tags[0] = value),
  (wanted, value) => (wanted.body.tags[1] = value),
  (wanted) => (wanted.body.owner.id = 2),
  (wanted) => delete wanted.body.owner.admin,
  (wanted, value) => (wanted.body[value] = true),
  (wanted) => wanted.others.push({ field: 'times', wanted: 'one request', got: 'another' }),
]

function missOf(changes: readonly number[], values: readonly string[], label: string): Miss {
  const draft: Draft = {
    method: asked.method,
    origin: asked.origin!,
    segments: asked.path.split('/').slice(1),
    query: new URLSearchParams(asked.query),
    headers: new Map(asked.headers),
    body: structuredClone((asked.body as { value: unknown }).value),
    others: [],
  }
  for (const change of changes) CHANGES[change]!(draft, values[change]!)
  const { method, origin, segments, query, headers, body, others } = draft
  return {
    asked,
    place: { method, origin, path: `/${segments.join('/')}` },
    details: () => ({
      query: query.toString(),
      headers,
      body: { kind: 'json', text: '', value: body },
      others,
    }),
    describe: () => ({ kind: 'entry', label }),
  }
}

const places = CHANGES.map((_, index) => index)
// No two of them alike, and none of them in what is asked.
const values = fc.uniqueArray(fc.stringMatching(/^z[a-z]{1,12}$/), {
  minLength: CHANGES.length,
  maxLength: CHANGES.length,
})

test('what differs in a part of the same things is nearer, however alike the rest is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(places, { minLength: 1 }).chain((more) =>
        fc.record({
          more: fc.constant(more),
          fewer: fc.subarray(more, { maxLength: more.length - 1 }),
        }),
      ),
      values,
      values,
      fc.boolean(),
      async ({ more, fewer }, one, other, isFirst) => {
        const near = missOf(fewer, one, 'near')
        const far = missOf(more, other, 'far')
        const nearest = await nearestOf(isFirst ? [near, far] : [far, near], 2)
        expect(nearest.map(({ by }) => by.label)).toEqual(['near', 'far'])
      },
    ),
    { numRuns: 2000 },
  )
})

test('of many, the nearest are those that comparing all would find', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.subarray(places, { maxLength: 5 }), { minLength: 1, maxLength: 60 }),
      values,
      async (all, texts) => {
        const misses = all.map((changes, index) => missOf(changes, texts, String(index)))
        const every = await nearestOf(misses, misses.length)
        const three = await nearestOf(misses, 3)
        expect(three).toEqual(every.slice(0, 3))
      },
    ),
    { numRuns: 300 },
  )
})

test('of long paths, one that lacks less is nearer, wherever it stands', async () => {
  const path = Array.from({ length: 60 }, (_, index) => `/s${index}`)
  const missOfPath = (wanted: string): Miss => ({
    asked: { ...asked, path: path.join('') },
    place: { path: wanted },
    details: () => ({}),
    describe: () => ({ kind: 'entry', label: wanted }),
  })
  const near = path.slice(0, -2).join('')
  const nearest = await nearestOf(['/a', '/b', '/c', near].map(missOfPath), 1)
  expect(nearest.map(({ by }) => by.label)).toEqual([near])
})
