import { mayHaveAnyOf } from './any-word.ts'

/** Where a name stands: a header, a query or form field, a JSON or XML field. */
export type Place = 'header' | 'pair' | 'field'

/** Whether a value is a secret by its name: `likely` where only a value tells that looks like one. */
type Standing = 'secret' | 'likely' | undefined

/** Which names hold secrets. */
export interface Names {
  standing(name: string, place: Place): Standing
  isKept(name: string): boolean
  /** Whether such a name may be in a text, however that is encoded; not so only when there is none. */
  hints(text: string): boolean
}

/**
 * What a name of a secret ends with; `-` is where a separator may be. Of each, the last letters that are in no
 * parentheses have to be there.
 */
const WORDS = [
  'passw(?:or)?d',
  'pass-(?:phrase|code)',
  '(?:user|db|smtp|root|admin|old|new)-pass',
  'pwd',
  'secret',
  'token',
  '(?:api|private|access|secret|auth|signing|encryption|master|shared|session|subscription|functions?|application|app|account|license|admin|deploy|ssh)-key',
  'client-key-data',
  'sess(?:ion)?-id',
  'authorization',
  'bearer',
  'jwt',
  'signature',
  'credential',
  '[cx]srf',
  '(?:client|saml)-assertion',
  'saml-response',
  'connection-string',
  '(?:auth|authorization|device|recovery|backup|otp|mfa|security)-code',
  'code-verifier',
]

/** What may come behind such a word. */
const ENDING = String.raw`(?:s|\d{1,3}|(?:-(?:value|string|confirmation|confirm|again|repeat|hex|base64|plain-?text|plain|raw)))`

/** Too short to be found in other names. */
const WHOLE = ['pass', 'sig', 'otp', 'totp', 'pin', 'cvv', 'cvv2', 'cvc', 'cvc2']

/** Names of much else, too. */
const LIKELY: Readonly<Record<Place, RegExp>> = {
  header: /auth$|^x?key$/,
  pair: /^(?:auth|code|key|session|sid|ticket)$/,
  field: /^(?:auth|session|sid)$/,
}

/** Clients live from these, and they are no secrets. */
const INNOCENT = new RegExp(
  [
    '(?:page|next|prev|previous|continuation|sync|cursor|paging|pagination|resume|skip|delta|starting|ending|sequence|forward|backward|marker|scroll|idempotency|clientrequest|cancellation)tokens?$',
    '^(?:start|end|stop|eos|bos|pad|unk|sep|cls|mask|max|min|first|last|special|added|client)tokens?$',
    String.raw`(?:cost|price|time|usd|seconds?)(?:per|tofirst)\w{0,20}tokens?$`,
    'public(?:api)?key|publishable',
    '^accesscontrol|^secwebsocket|ratelimit',
    '^(?:accept)?signatureinput$|^acceptsignature$',
  ].join('|'),
)

/** Words that a header's name may have anywhere, */
const HEADER_WORDS =
  /token|secret|password|apikey|signature|credential|session|authorization|authentication|otp$|^x?pass$/
/** except where it says something about a secret. */
const ABOUT =
  /(?:type|count|limits?|remaining|reset|used|usage|expir\w{0,9}|age|ttl|length|version|supported|required|policy|ur[li]|endpoint|status|affinity|name|method|alg|algorithm|public|headers|input|outcome)$/

/** More than this many names are not remembered. */
const MOST = 10_000

export function compileNames(more: readonly string[], keep: readonly string[]): Names {
  const secret = endsWith(WORDS)
  const added = new Set(more.map(plain))
  const kept = new Set(keep.map(plain))

  const classify = (name: string, place: Place): Standing => {
    const text = plain(name)
    if (kept.has(text)) return undefined
    if (added.has(text)) return 'secret'
    if (INNOCENT.test(text)) return undefined
    if (secret.test(text)) return 'secret'
    if (place === 'header' && HEADER_WORDS.test(text) && !ABOUT.test(text)) return 'secret'
    return LIKELY[place].test(text) ? 'likely' : undefined
  }

  const known = {
    header: new Map<string, Standing>(),
    pair: new Map<string, Standing>(),
    field: new Map<string, Standing>(),
  }
  return {
    standing(name, place) {
      const names = known[place]
      if (names.has(name)) return names.get(name)
      if (names.size >= MOST) names.clear()
      const standing = classify(name, place)
      names.set(name, standing)
      return standing
    },
    isKept: (name) => kept.size > 0 && kept.has(plain(name)),
    hints: hintsOf(more),
  }
}

/** A name without what its writers differ in. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s.[\]:]/g, '')
}

function endsWith(words: readonly string[]): RegExp {
  const pattern = `${anyOf(words)}${ENDING}{0,2}|^${anyOf(WHOLE)}`
  return new RegExp(`(?:${pattern.replaceAll('-', '')})$`)
}

/** A name's end, in JSON, a query, a form or XML, encoded or not. */
const NAME_END = String.raw`(?:\\*"|[=>\];\r]|%5D|%3D|%22)`

function anyOf(patterns: readonly string[]): string {
  return `(?:${patterns.join('|')})`
}

function separated(pattern: string): string {
  return pattern.replaceAll('-', String.raw`[-_ .[\]]{0,2}`)
}

/** In other names these are much else. */
const SHORT = [...WHOLE, 'auth', 'code', 'key', 'session', 'sid', 'ticket']

/** How the end of a short name begins. */
const SHORT_ENDS = String.raw`\"=>];%`

function hintsOf(more: readonly string[]): Names['hints'] {
  const hint = hintOf(more)
  // Whoever writes a declared name may separate its letters.
  if (more.length > 0) return (text) => hint.test(text)
  return (text) => {
    mayHaveOwn ??= mayHaveAnyOf([...WORDS.map(letters), ...shortWithEnds()])
    return mayHaveOwn(text) && hint.test(text)
  }
}

/** Made once, for whoever looks first. */
let mayHaveOwn: ((text: string) => boolean) | undefined

function shortWithEnds(): string[] {
  return [...SHORT_ENDS, '\r'].flatMap((end) => SHORT.map((name) => name + end))
}

/** The last letters in a word's pattern that are always there. */
function letters(pattern: string): string {
  return pattern
    .replaceAll(/\([^)]*\)\??|\[[^\]]*\]/g, ' ')
    .match(/[a-z]{3,}/g)!
    .at(-1)!
}

function hintOf(more: readonly string[]): RegExp {
  const added = more.map((name) =>
    [...plain(name)]
      .map((letter) => letter.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`))
      .join('-'),
  )
  const words = separated(anyOf([...WORDS, ...added]))
  const short = String.raw`(?:["'&?;\n<:.[=_-]|%22|%26|%3F|^)${anyOf(SHORT)}(?:\\*"|[=>\];\r]|%22|%3D)`
  return new RegExp(`${words}(?:${separated(ENDING)}){0,2}${NAME_END}|${short}`, 'i')
}
