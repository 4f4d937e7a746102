import { isNothing, type Rules } from './rules.ts'

/** A secret that was found, decoded. */
export interface Found {
  readonly text: string
  /** What it is, in words that come after "is". */
  readonly what: string
  readonly where: Where
  /** Not every cookie is a secret, but all are replaced. */
  readonly isCookie?: boolean
}

/** Names a place; only called where something was found. */
export type Where = () => string

/** One way through texts. */
export interface Pass {
  readonly rules: Rules
  /** Gives what is to be in a secret's place. */
  replace(found: Found): string
  /** How many encodings are around the text. */
  readonly depth: number
}

export const BY_NAME = 'a credential, by its name'

/** Within more encodings than this, nothing is looked for. */
const DEEPEST = 5

/** The way through a text that was decoded; undefined when it goes too deep. */
export function deeper(pass: Pass): Pass | undefined {
  return pass.depth === DEEPEST ? undefined : { ...pass, depth: pass.depth + 1 }
}

/** Schemes of RFC 9110 §11.1, and others that are in use. */
const SCHEME = /^((?:basic|bearer|digest|token|apikey|api-key|dpop|negotiate|ntlm|oauth)\s+)(\S+)$/i
const ANY_SCHEME = /^([A-Za-z][\w-]*[ \t]+)(\S[^]*)$/
const BARE_SCHEME = /^(?:basic|bearer|digest|token|apikey|negotiate|ntlm)\s*$/i

/** Replaces what stands under a name; a scheme in front of credentials stays. */
export function replaceNamed(name: string, value: string, where: Where, pass: Pass): string {
  const pattern = /authorization$/i.test(name) ? ANY_SCHEME : SCHEME
  const [, scheme = '', credentials = value] = pattern.exec(value) ?? []
  if (isNothing(credentials) || BARE_SCHEME.test(value)) return value
  if (/^basic\s/i.test(scheme)) replaceBasic(credentials, where, pass)
  return scheme + pass.replace({ text: credentials, what: BY_NAME, where })
}

/** Makes the password known that is in credentials (RFC 7617 §2). */
function replaceBasic(credentials: string, where: Where, pass: Pass): void {
  const [, password = ''] =
    /^[^:]*:([^]*)$/.exec(Buffer.from(credentials, 'base64').toString()) ?? []
  if (!isNothing(password)) pass.replace({ text: password, what: BY_NAME, where })
}
