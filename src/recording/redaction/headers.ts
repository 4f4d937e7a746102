import type { RawHeaders } from '../../contract/index.ts'
import { replaceNamed, type Pass, type Where } from './found.ts'
import { isNothing, isSecret } from './rules.ts'
import { rewriteText } from './text.ts'

/** Replaces secrets in headers, each where it stands. */
export function rewriteHeaders(rawHeaders: RawHeaders, where: Where, pass: Pass): RawHeaders {
  let changed: string[] | undefined
  const isHinted = pass.rules.hints(rawHeaders.join('\n'))
  for (let index = 1; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index - 1]!
    // Most headers hold no secret, and are looked at no further.
    if (!isHinted && !mayHoldSecret(name, pass)) continue
    const value = rawHeaders[index]!
    const rewritten = rewriteHeader(name, value, where, pass, isHinted)
    if (rewritten === value) continue
    changed ??= [...rawHeaders]
    changed[index] = rewritten
  }
  return changed ?? rawHeaders
}

function mayHoldSecret(name: string, { rules }: Pass): boolean {
  const lower = name.toLowerCase()
  return isCookies(lower) || rules.names.standing(lower, 'header') !== undefined
}

function isCookies(name: string): boolean {
  return name === 'cookie' || name === 'set-cookie'
}

/**
 * The value of a header with its secrets replaced.
 *
 * @param isHinted whether there may be a secret that its name does not tell
 */
export function rewriteHeader(
  name: string,
  value: string,
  where: Where,
  pass: Pass,
  isHinted = true,
): string {
  const { rules } = pass
  const lower = name.toLowerCase()
  const place = (): string => `${where()}.${lower}`
  if (isCookies(lower) && !rules.isKept(lower)) {
    const rewrite = lower === 'cookie' ? rewriteCookies : rewriteSetCookie
    return rewrite(value, place, pass)
  }
  if (isSecret(rules, lower, 'header', value)) return replaceNamed(lower, value, place, pass)
  return isHinted ? rewriteText(value, place, pass) : value
}

/** `Cookie: a=b; c=d` (RFC 6265 §4.2) */
function rewriteCookies(value: string, where: Where, pass: Pass): string {
  return value
    .split(';')
    .map((pair) => rewriteCookie(pair, where, pass))
    .join(';')
}

/** `Set-Cookie: a=b; Path=/` (RFC 6265 §4.1); HAR has several in lines. */
function rewriteSetCookie(value: string, where: Where, pass: Pass): string {
  return value
    .split('\n')
    .map((line) => {
      const [pair = '', ...attributes] = line.split(';')
      return [rewriteCookie(pair, where, pass), ...attributes].join(';')
    })
    .join('\n')
}

function rewriteCookie(pair: string, where: Where, pass: Pass): string {
  const equals = pair.indexOf('=')
  const written = pair.slice(equals + 1).trim()
  const value = /^"[^]*"$/.test(written) ? written.slice(1, -1) : written
  if (equals === -1 || value === '') return pair
  const name = pair.slice(0, equals).trim()
  const start = pair.indexOf(value, equals + 1)
  const by = replaceCookie(name, value, () => `${where()} ${name}`, pass)
  return pair.slice(0, start) + by + pair.slice(start + value.length)
}

/** What stands for the value of a cookie. */
export function replaceCookie(name: string, value: string, where: Where, pass: Pass): string {
  if (isNothing(value) || pass.rules.isKept(name)) return value
  const isSecretByName = pass.rules.names.standing(name, 'pair') === 'secret'
  return pass.replace({ text: value, what: 'a cookie', where, isCookie: !isSecretByName })
}
