import { headerValues, type ExchangeRequest } from '../../contract/index.ts'
import { invalidOption } from '../../errors.ts'
import { isAsymmetric, takesOnly } from './asymmetric.ts'
import type { Check, RunnerTools } from './check.ts'
import { expectedAndReceived } from './texts.ts'

/** What is expected of values by their names. */
export type NamedValues = Readonly<Record<string, unknown>>

/** @throws `INVALID_OPTION` */
export function queryChecks(name: string, query: NamedValues, tools: RunnerTools): Check[] {
  return Object.entries(query).map(([key, expected]) => {
    assertValue(name, `query.${key}`, expected)
    return valueCheck(`query ${key}`, expected, tools, ({ query: all }) => {
      const list = all.getAll(key)
      return { list, whole: list.length > 1 ? list : list[0] }
    })
  })
}

/** @throws `INVALID_OPTION` */
export function headerChecks(name: string, headers: NamedValues, tools: RunnerTools): Check[] {
  return Object.entries(headers).map(([key, expected]) => {
    assertValue(name, `headers.${key}`, expected)
    return valueCheck(`header ${key}`, expected, tools, ({ rawHeaders }) => {
      const list = headerValues(rawHeaders, key.toLowerCase())
      return { list, whole: list.length > 0 ? list.join(', ') : undefined }
    })
  })
}

/** What a request has under a name. */
interface Values {
  /** One for each time that it is there. */
  readonly list: readonly string[]
  /** All of it; undefined when it is not there. */
  readonly whole: unknown
}

function valueCheck(
  part: string,
  expected: unknown,
  tools: RunnerTools,
  valuesOf: (request: ExchangeRequest) => Values,
): Check {
  const isList = Array.isArray(expected) || (isAsymmetric(expected) && takesOnly(expected, 'array'))
  const wanted = toTexts(expected)
  return (request) => {
    const { list, whole } = valuesOf(request)
    const received = isList ? list : whole
    if (tools.equals(received, wanted)) return undefined
    const isAbsent = list.length === 0
    return {
      part,
      isAbsent,
      explain: () => expectedAndReceived(show(wanted, tools), show(received, tools)),
    }
  }
}

/** On the wire all is text. */
function toTexts(expected: unknown): unknown {
  if (Array.isArray(expected)) return expected.map(toTexts)
  return isScalar(expected) ? String(expected) : expected
}

function show(value: unknown, tools: RunnerTools): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'none'
  return typeof value === 'string' ? JSON.stringify(value) : tools.show(value)
}

function assertValue(name: string, option: string, value: unknown): void {
  if (value === undefined || isValue(value)) return
  if (Array.isArray(value) && value.every(isValue)) return
  const takes =
    'text, a number or boolean, a list of them, undefined where it must be absent, or an asymmetric matcher such as expect.stringMatching(/x/)'
  throw invalidOption(name, option, value, takes)
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isValue(value: unknown): boolean {
  return isScalar(value) || isAsymmetric(value)
}
