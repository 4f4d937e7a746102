import { isUtf8 } from 'node:buffer'
import type { CapturedBody } from '../capture.ts'
import { listOf, textOf, valueOf, type HarEntry, type HarLog, type HarPair } from '../har.ts'
import type { RedactDefinition } from './definition.ts'
import { rewriteBody } from './exchange.ts'
import { BY_NAME, replaceNamed, type Found, type Pass } from './found.ts'
import { replaceCookie, rewriteHeader } from './headers.ts'
import { compileRules, isSecret } from './rules.ts'
import { shapeOf } from './shapes.ts'
import { rewriteText, rewriteUrl } from './text.ts'

/** A secret in a recording, without the secret. */
export interface Leak {
  /** The place of its entry in the file, from 1. */
  readonly entry: number
  /** `request.headers.authorization`, `request.url ?api_key`, `response.content $.access_token` */
  readonly field: string
  /** In words that come after "is": `a GitHub token`. */
  readonly what: string
}

export interface LeakOptions {
  /** What is a secret; as an API declares it. */
  readonly redact?: RedactDefinition
}

/** Finds the secrets in a HAR, whoever wrote it. A placeholder is none. */
export function findLeaks(har: HarLog, { redact }: LeakOptions = {}): Leak[] {
  const rules = compileRules(redact)
  if (rules === undefined) return []
  return har.entries.flatMap((entry, index) => {
    const leaks = new Map<string, Leak>()
    const replace = (found: Found): string => {
      const leak = { entry: index + 1, field: found.where(), what: whatOf(found) }
      leaks.set(`${leak.field} ${leak.what}`, leak)
      return 'REDACTED'
    }
    checkEntry(entry ?? {}, { rules, replace, depth: 0 })
    return [...leaks.values()]
  })
}

function whatOf({ what, text }: Found): string {
  return what === BY_NAME ? (shapeOf(text)?.what ?? what) : what
}

function checkEntry(entry: HarEntry, pass: Pass): void {
  const { request, response, ...rest } = entry
  checkRequest(request ?? {}, pass)
  checkResponse(response ?? {}, pass)
  checkRest(rest, '', pass)
}

function checkRequest(request: NonNullable<HarEntry['request']>, pass: Pass): void {
  const { url, headers, queryString, cookies, postData, ...rest } = request
  rewriteUrl(textOf(url) ?? '', () => 'request.url', pass)
  checkHeaders(headers, 'request', pass)
  checkPairs(queryString, 'request.queryString.', pass)
  checkCookies(cookies, 'request', pass)
  checkRest(rest, 'request', pass)
  const { text, params, encoding, mimeType, ...others } = postData ?? {}
  const type = textOf(mimeType) ?? valueOf(listOf(headers), 'content-type') ?? ''
  rewriteBody(bodyOf(text, encoding), type, () => 'request.postData', pass)
  checkPairs(params, 'request.postData ', pass)
  checkRest(others, 'request.postData', pass)
}

function checkResponse(response: NonNullable<HarEntry['response']>, pass: Pass): void {
  const { headers, cookies, content, redirectURL, ...rest } = response
  checkHeaders(headers, 'response', pass)
  checkCookies(cookies, 'response', pass)
  rewriteUrl(textOf(redirectURL) ?? '', () => 'response.redirectURL', pass)
  checkRest(rest, 'response', pass)
  const { text, encoding, mimeType, ...others } = content ?? {}
  const type = valueOf(listOf(headers), 'content-type') ?? textOf(mimeType) ?? ''
  rewriteBody(bodyOf(text, encoding), type, () => 'response.content', pass)
  checkRest(others, 'response.content', pass)
}

function bodyOf(text: unknown, encoding: unknown): CapturedBody {
  if (typeof text !== 'string' || encoding !== 'base64') return textOf(text)
  const bytes = Buffer.from(text, 'base64')
  return isUtf8(bytes) ? bytes.toString() : bytes
}

function checkHeaders(list: readonly HarPair[] | undefined, side: string, pass: Pass): void {
  for (const [name, value] of pairsOf(list)) {
    rewriteHeader(name, value, () => `${side}.headers`, pass)
  }
}

function checkCookies(list: readonly HarPair[] | undefined, side: string, pass: Pass): void {
  for (const [name, value] of pairsOf(list)) {
    replaceCookie(name, value, () => `${side}.cookies.${name}`, pass)
  }
}

function checkPairs(list: readonly HarPair[] | undefined, start: string, pass: Pass): void {
  for (const [name, value] of pairsOf(list)) {
    const where = (): string => start + name
    if (isSecret(pass.rules, name, 'pair', value)) replaceNamed(name, value, where, pass)
    else rewriteText(value, where, pass)
  }
}

function pairsOf(list: readonly HarPair[] | undefined): [name: string, value: string][] {
  return listOf(list).map(({ name, value }) => [String(name ?? ''), String(value ?? '')])
}

/** What is in no field that HAR 1.2 has: by its looks. */
function checkRest(value: unknown, where: string, pass: Pass): void {
  const open: [value: unknown, where: string][] = [[value, where]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [inner, place] = next
    if (typeof inner === 'string') rewriteText(inner, () => place, pass)
    if (typeof inner !== 'object' || inner === null) continue
    for (const [key, child] of Object.entries(inner)) {
      const step = Array.isArray(inner) ? `[${key}]` : `.${key}`
      open.push([child, place === '' ? key : place + step])
    }
  }
}
