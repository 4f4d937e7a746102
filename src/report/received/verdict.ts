import type { Exchange } from '../../contract/index.ts'
import { MockberthError, showValue } from '../../errors.ts'

/** What a matcher says: with `.not` a failure is one that passes, as runners have it. */
export interface Verdict {
  readonly pass: boolean
  /** Why this is a failure. */
  message(): string
}

/** What of a mock API a matcher looks at. */
export interface ReceivingApi {
  readonly name: string
  readonly exchanges: readonly Exchange[]
  /** How many others are no longer kept. */
  readonly exchangesLetGo: number
}

/** @throws `INVALID_OPTION` when what `expect()` was given is no mock API */
export function assertApi(matcher: string, value: unknown): asserts value is ReceivingApi {
  if (isApi(value)) return
  const inside = Object.entries(value ?? {}).find(([, one]) => isApi(one))
  const name = inside?.[0] ?? 'github'
  const got =
    typeof value === 'object' && value !== null ? 'an object that is none' : showValue(value)
  throw new MockberthError(
    'INVALID_OPTION',
    `${matcher} takes a mock API: expect(apis.${name}). In expect() there is ${got}.`,
  )
}

function isApi(value: unknown): value is ReceivingApi {
  const { name, exchanges } = (value ?? {}) as Partial<ReceivingApi>
  return typeof name === 'string' && Array.isArray(exchanges)
}
