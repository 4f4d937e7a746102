import { types } from 'node:util'
import type { ExchangeRequest } from '../../contract/index.ts'
import { describeError, invalidOption } from '../../errors.ts'
import { fillAccepted, isAsymmetric, takesOnly, type AsymmetricMatcher } from './asymmetric.ts'
import type { Check, RunnerTools } from './check.ts'
import { expectedAndReceived, firstDifference, firstLines, indent } from './texts.ts'

/** Bodies of more bytes are not compared line by line: that can take minutes. */
const MOST_DIFFED = 100_000

/** How many lines of a diff are shown. */
const LINES = 50

const JSON_KINDS: ReadonlySet<string> = new Set(['Object', 'Array', 'Number', 'Boolean', 'Null'])

/** @throws `INVALID_OPTION` */
export function bodyCheck(name: string, expected: unknown, tools: RunnerTools): Check {
  const compare = comparisonWith(name, expected, tools)
  return (request) => {
    const { body, problem = '' } = read(request)
    if (body === undefined) {
      return { part: 'body', isUnknown: request.cut > 0, explain: () => problem }
    }
    const explain = compare(body)
    return explain && { part: 'body', explain }
  }
}

/** What a body is expected to be, on one line. */
export function showBody(expected: unknown, tools: RunnerTools): string {
  if (types.isUint8Array(expected)) return `of ${expected.byteLength} bytes`
  return isForm(expected) ? JSON.stringify(String(expected)) : tools.show(expected)
}

/** Explains what is wrong with a body, undefined when nothing is. */
type Comparison = (body: Uint8Array) => (() => string) | undefined

function comparisonWith(name: string, expected: unknown, tools: RunnerTools): Comparison {
  if (typeof expected === 'string') return compareText(expected, tools)
  if (types.isUint8Array(expected)) return compareBytes(expected)
  if (isForm(expected)) return compareForm(expected, tools)
  if (isAsymmetric(expected)) return compareWithMatcher(expected, tools)
  if (JSON_KINDS.has(kindOf(expected))) return compareJson(expected, tools)
  const takes =
    'a JSON value, text, bytes (Uint8Array), form fields (URLSearchParams), or an asymmetric matcher'
  throw invalidOption(name, 'body', expected, takes)
}

/** Not by instanceof: jsdom and VM contexts bring classes of their own. */
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

function isForm(value: unknown): value is URLSearchParams {
  return kindOf(value) === 'URLSearchParams'
}

function compareText(expected: string, tools: RunnerTools): Comparison {
  // A byte order mark is no part of a text that was read.
  const wanted = expected.replace(/^\uFEFF/, '')
  return (body) => {
    const text = decode(body)
    return text === wanted ? undefined : () => difference(wanted, text, body, tools)
  }
}

function compareBytes(expected: Uint8Array): Comparison {
  return (body) => {
    if (Buffer.compare(expected, body) === 0) return undefined
    const at = firstDifference(expected, body)
    const show = (bytes: Uint8Array): string =>
      `${bytes.byteLength} bytes (from byte ${at} on: ${Buffer.from(bytes.subarray(at, at + 16)).toString('hex')})`
    return () => expectedAndReceived(show(expected), show(body))
  }
}

function compareForm(expected: URLSearchParams, tools: RunnerTools): Comparison {
  const wanted = fieldsOf(expected)
  return (body) => {
    const fields = fieldsOf(new URLSearchParams(decode(body)))
    return fields === wanted ? undefined : () => difference(wanted, fields, body, tools)
  }
}

/** Matchers of text get the text, others the value if the body is JSON. */
function compareWithMatcher(matcher: AsymmetricMatcher, tools: RunnerTools): Comparison {
  return (body) => {
    const text = decode(body)
    const json = takesOnly(matcher, 'string') ? { value: text } : parse(text)
    const value = json === undefined ? text || undefined : json.value
    return tools.equals(value, matcher) ? undefined : () => difference(matcher, value, body, tools)
  }
}

function compareJson(expected: unknown, tools: RunnerTools): Comparison {
  return (body) => {
    const text = decode(body)
    const json = parse(text)
    if (json === undefined) {
      const received = text === '' ? 'none' : `text that is not JSON: ${JSON.stringify(text)}`
      return () => expectedAndReceived(tools.show(expected), received)
    }
    if (tools.equals(json.value, expected)) return undefined
    return () => difference(expected, json.value, body, tools)
  }
}

function difference(
  expected: unknown,
  received: unknown,
  body: Uint8Array,
  tools: RunnerTools,
): string {
  const wrong = fillAccepted(expected, received, tools.equals)
  const diff = body.byteLength > MOST_DIFFED ? undefined : tools.diff(wrong, received)
  if (diff) return `\n${indent(firstLines(diff.split('\n'), LINES).join('\n'), '  ')}`
  const show = (value: unknown): string =>
    typeof value === 'string' ? JSON.stringify(value) : tools.show(value)
  return expectedAndReceived(show(wrong), show(received))
}

function read(request: ExchangeRequest): { body?: Uint8Array; problem?: string } {
  try {
    return { body: request.bytes() }
  } catch (error) {
    return { problem: describeError(error) }
  }
}

function decode(body: Uint8Array): string {
  return new TextDecoder().decode(body)
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

/** Form fields, a line each; only those of the same name have an order. */
function fieldsOf(form: Iterable<[string, string]>): string {
  const sorted = new URLSearchParams([...form])
  sorted.sort()
  return sorted.toString().replaceAll('&', '\n')
}
