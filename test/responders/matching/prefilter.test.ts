import * as msw3 from 'msw'
import * as msw2 from 'msw-2'
import { expect, test } from 'vitest'
import { createPathTree } from '../../../src/responders/msw/path-tree.ts'
import { paramsOf, plainPathOf, plainTargetOf } from '../../../src/responders/msw/plain-path.ts'
import { generatedPattern, generatedTarget, ORIGIN, seeded } from './generated.ts'

test.each([
  ['3', msw3.matchRequestUrl],
  ['2', msw2.matchRequestUrl],
])(
  'no handler is left out that msw %s finds, and what is known of a match it says, too',
  (_, match) => {
    const random = seeded(1)
    const patterns = Array.from({ length: 600 }, () => generatedPattern(random))
    const targets = Array.from({ length: 400 }, () => generatedTarget(random))
    const paths = patterns.map((pattern) => plainPathOf(pattern, ORIGIN))
    const find = createPathTree(paths, ORIGIN)
    const differences: unknown[] = []
    const counts = { leftOut: 0, known: 0, unknown: 0 }

    for (const target of targets) {
      const plain = plainTargetOf(target)
      const found = plain && new Set(find(plain))
      for (const [position, pattern] of patterns.entries()) {
        const path = paths[position]
        const isLeftOut = found !== undefined && !found.has(position)
        const params = isLeftOut || !plain || !path ? undefined : paramsOf(path, plain, ORIGIN)
        const expected = pattern === '' ? undefined : matched(match, target, pattern)
        counts[isLeftOut ? 'leftOut' : params ? 'known' : 'unknown'] += 1
        if (isLeftOut && expected !== undefined) differences.push([pattern, target, expected])
        else if (params && JSON.stringify(params) !== JSON.stringify(expected)) {
          differences.push([pattern, target, expected, params])
        }
      }
    }
    expect(differences.slice(0, 10)).toEqual([])
    expect(counts.leftOut).toBeGreaterThan(10_000)
    expect(counts.known).toBeGreaterThan(1000)
  },
)

test.each(['/users', '*', '*/users', 'http://127.0.0.1:80/users', 'http://127.0.0.1/users'])(
  'of port 80, which URLs do not show, nothing is known about %s that MSW does not find',
  (pattern) => {
    const origin = 'http://127.0.0.1:80'
    const target = plainTargetOf('/users')!
    const path = plainPathOf(pattern, origin)
    const params = path && paramsOf(path, target, origin)
    const { matches, params: expected } = msw3.matchRequestUrl(
      new URL(`${origin}/users`),
      pattern,
      origin,
    )
    expect([{ matches, params: expected }, undefined]).toContainEqual(
      params && { matches: true, params },
    )
    expect(createPathTree([path], origin)(target)).toEqual([0])
  },
)

/** The params of a match, or the error. */
function matched(
  match: (url: URL, path: string, baseUrl: string) => { matches: boolean; params?: object },
  target: string,
  pattern: string,
): unknown {
  try {
    const { matches, params } = match(new URL(ORIGIN + target), pattern, ORIGIN)
    return matches ? params : undefined
  } catch (error) {
    return String(error)
  }
}
