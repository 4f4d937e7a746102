import type { RequestFacts } from '../contract/index.ts'
import { createHash } from 'node:crypto'
import { wantsOf } from './alike.ts'
import type { MatchRules } from './match.ts'

/** What is longer is kept as a hash. */
const LONGEST = 200

/**
 * A text that is equal for requests to one origin that are the same to `match`, that want the same,
 * and that have the same placeholders.
 */
export function requestKey(origin: string, facts: RequestFacts, rules: MatchRules): string {
  const wants = JSON.stringify(wantsOf(facts.rawHeaders))
  const text = `${origin} ${rules.place(facts)} ${rules.body(facts) ?? ''} ${wants}`
  if (text.length <= LONGEST) return text
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
