import { describeError, MockberthError } from '../errors.ts'

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * Takes what JSON paths (RFC 9535) lead to out of a value: fields go, elements of arrays and
 * the whole become null. The library for them is loaded when there are any.
 *
 * @throws `INVALID_OPTION` naming the path that is none
 */
export async function compileForget(
  where: string,
  paths: readonly string[],
): Promise<(value: Json) => Json> {
  if (paths.length === 0) return (value) => value
  const { compile } = await import('json-p3')
  const queries = paths.map((path) => {
    try {
      return compile(path)
    } catch (error) {
      throw new MockberthError(
        'INVALID_OPTION',
        `${where}: match.ignoreBody got ${JSON.stringify(path)}; it takes JSON paths such as '$.user' or '$..id': ${describeError(error)}`,
        { cause: error },
      )
    }
  })
  return (value) => {
    const found = queries.flatMap((query) => Array.from(query.query(value)))
    if (found.some(({ location }) => location.length === 0)) return null
    for (const { location } of found) removeAt(value, location)
    return value
  }
}

function removeAt(value: Json, location: readonly (string | number)[]): void {
  let holder: Json | undefined = value
  for (const step of location.slice(0, -1)) holder = childOf(holder, step)
  const last = location.at(-1)
  if (last === undefined || typeof holder !== 'object' || holder === null) return
  if (Array.isArray(holder)) holder[Number(last)] = null
  else delete holder[last]
}

function childOf(value: Json | undefined, step: string | number): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return Array.isArray(value) ? value[Number(step)] : value[step]
}
