import { MockberthError } from '../errors.ts'
import { processWide } from './process-wide.ts'

/** That one running set owns a name in `process.env`. */
interface Claim {
  readonly owner: object
  /** What `process.env` had before. */
  readonly previous: string | undefined
  /** What the owner put there. */
  value: string | undefined
}

/**
 * In `process.env`, for what this process starts: the names there that have URLs of mocks, with commas
 * between them.
 */
export const NAMES_VARIABLE = 'MOCKBERTH_NAMES'

/** The names that whoever started this process has given URLs of mocks. */
export function givenNames(): readonly string[] {
  return process.env[NAMES_VARIABLE]?.split(',').filter(Boolean) ?? []
}

const claims = processWide('claims', () => new Map<string, Claim>())

/**
 * Reserves names for a set that is about to start.
 *
 * @throws `ENV_TAKEN` when another running set of this process owns one of them
 */
export function claimEnv(owner: object, names: readonly string[]): void {
  const taken = names.filter((name) => claims.has(name))
  if (taken.length > 0) {
    throw new MockberthError(
      'ENV_TAKEN',
      `process.env.${taken.join(', process.env.')} ${taken.length === 1 ? 'belongs' : 'belong'} to another set of mocks that is running in this process. Stop that one first, or start this one with { env: false } and read its URLs from running.env.`,
    )
  }
  for (const name of names) {
    claims.set(name, { owner, previous: process.env[name], value: undefined })
  }
}

/** Puts the values of claimed names into `process.env`; again, where something overwrote them. */
export function assignEnv(owner: object, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    const claim = claims.get(name)
    if (claim?.owner !== owner) continue
    claim.value = value
    process.env[name] = value
  }
  tellNames()
}

/** Puts back what was there before, except where somebody else has written meanwhile. */
export function releaseEnv(owner: object): void {
  for (const [name, claim] of claims) {
    if (claim.owner !== owner) continue
    claims.delete(name)
    if (claim.value === undefined || process.env[name] !== claim.value) continue
    if (claim.previous === undefined) delete process.env[name]
    else process.env[name] = claim.previous
  }
  tellNames()
}

const given = processWide('given names', () => new Set(givenNames()))

function tellNames(): void {
  const assigned = [...claims].flatMap(([name, { value }]) => (value === undefined ? [] : [name]))
  const names = new Set([...given, ...assigned])
  if (names.size > 0) process.env[NAMES_VARIABLE] = [...names].join()
  else delete process.env[NAMES_VARIABLE]
}
