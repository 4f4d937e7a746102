/** A value of a runner that others are compared with in its own way: `expect.any(String)`. */
export interface AsymmetricMatcher {
  asymmetricMatch(received: unknown): boolean
  /** The type that it takes, where it says so. */
  getExpectedType?(): string | undefined
}

export function isAsymmetric(value: unknown): value is AsymmetricMatcher {
  return (
    typeof (value as Partial<AsymmetricMatcher> | null | undefined)?.asymmetricMatch === 'function'
  )
}

/** Whether it takes values of a type only. */
export function takesOnly(matcher: AsymmetricMatcher, type: 'string' | 'array'): boolean {
  return matcher.getExpectedType?.()?.toLowerCase() === type
}

/**
 * What is expected, with what was received in the places of matchers that accept it: a diff of the
 * two has only what is wrong.
 */
export function fillAccepted(expected: unknown, received: unknown, equals: Equals): unknown {
  if (isAsymmetric(expected)) {
    if (equals(received, expected)) return received
    const part = partOf(expected)
    if (part === undefined || !isPlain(received)) return expected
    return { ...received, ...(fillAccepted(part, received, equals) as object) }
  }
  if (!isPlain(expected) || !isPlain(received)) return expected
  const filled = Object.entries(expected).map(([key, value]) => {
    return [key, fillAccepted(value, received[key], equals)] as const
  })
  return Array.isArray(expected) ? filled.map(([, value]) => value) : Object.fromEntries(filled)
}

type Equals = (received: unknown, expected: unknown) => boolean

/** What `expect.objectContaining()` was given, by which Jest's matchers and those after them are known. */
function partOf(matcher: object): object | undefined {
  const { sample } = matcher as { sample?: unknown }
  return String(matcher) === 'ObjectContaining' && isPlain(sample) ? sample : undefined
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return /^\[object (?:Object|Array)\]$/.test(Object.prototype.toString.call(value))
}
