/** The URL of the mock for each upstream's origin. */
export type MockUrls = ReadonlyMap<string, string>

/** Where in a text an origin counts. */
export type Where = 'header' | 'json' | 'anywhere'

/** Finds the origins of upstreams in text of one character for each byte. */
export interface Origins {
  /** A part of a text with the mocks' URLs in their place; what is around it decides, too. */
  replace(text: string, start?: number, end?: number): string
  /** Where, from `start` on, that begins of which more text must tell whether it is an origin. */
  undecided(text: string, start: number): number
}

/** What stands before an origin that counts. */
const BEFORE: Readonly<Record<Where, string>> = {
  /** `Location: https://…`, `Link: <https://…>; rel="next"`, and both without the scheme. */
  header: '(?<=^\\s*|<\\s*)',
  /** Behind a quote that begins a string, not one inside of it. */
  json: String.raw`(?<=(?<!\\)")`,
  anywhere: '',
}

/** An origin ends where its path would begin, and not in the middle of a longer host or port. */
const END = String.raw`(?![\w.:@\u0080-\u00FF-]|%3A|%40)`
const END_UNDECIDED = '(?:%[34]?)?$'

const compiled = new WeakMap<MockUrls, Partial<Record<Where, Origins>>>()

/** Once for the URLs of a set. */
export function originsIn(urls: MockUrls, where: Where): Origins {
  const known = compiled.get(urls) ?? {}
  compiled.set(urls, known)
  return (known[where] ??= compileOrigins(urls, where))
}

function compileOrigins(urls: MockUrls, where: Where): Origins {
  const origins = [...urls.keys()]
  const patterns = origins.map((origin) => `(${patternOf(origin, where)})`)
  const complete = new RegExp(`${BEFORE[where]}(?:${patterns.join('|')})${END}`, 'gi')
  const beginning = new RegExp(`${BEFORE[where]}(?:${origins.map(beginningOf).join('|')})`, 'gi')
  const longest = Math.max(...origins.map((origin) => origin.length)) + LONGER_AT_MOST
  return {
    replace(text, start = 0, end = text.length) {
      const replaced = text.replace(complete, (found: string, ...groups) => {
        const offset = groups[origins.length] as number
        if (offset < start || offset >= end) return found
        const which = groups.findIndex((group) => group !== undefined)
        return urls.get(origins[which]!)!
      })
      return replaced.slice(start, replaced.length - (text.length - end))
    },
    undecided(text, start) {
      beginning.lastIndex = Math.max(start, text.length - longest)
      return beginning.exec(text)?.index ?? text.length
    },
  }
}

/** By how much an origin that is written in the longest way is longer than its shortest. */
const LONGER_AT_MOST = 2 * String.raw`\u002f`.length + ':443'.length + '%3'.length

/** JSON may write a slash as `\/` or `\u002f`. */
const SLASH = String.raw`(?:\\?/|\\u002f)`
const SLASH_BEGUN = String.raw`\\(?:u(?:0(?:02?)?)?)?$`

/** As JSON and URLs may write it: with their scheme's own port, too; in a header, without a scheme. */
function patternOf(origin: string, where: Where): string {
  const port = ownPort(origin)
  const schemeEnd = origin.indexOf('/')
  const scheme = `(?:${origin.slice(0, schemeEnd)})${where === 'header' ? '?' : ''}`
  const host = Array.from(origin.slice(schemeEnd), unitOf).join('')
  return scheme + host + (port === undefined ? '' : `(?::${port})?`)
}

/** The end of a text that is the beginning of it, or all of it with its end in doubt. */
function beginningOf(origin: string): string {
  const port = ownPort(origin)
  const begunPort = port === undefined ? '' : `(?::(?:${nested([...port])})?)?`
  return [...origin].reduceRight(
    (rest, character) =>
      `(?:$|${character === '/' ? `${SLASH_BEGUN}|` : ''}${unitOf(character)}${rest})`,
    `${begunPort}${END_UNDECIDED}`,
  )
}

/** `ab` → `a(?:b)?` */
function nested([first, ...others]: readonly string[]): string {
  return others.length === 0 ? first! : `${first}(?:${nested(others)})?`
}

function unitOf(character: string): string {
  return character === '/' ? SLASH : character.replace(/[\\^$.*+?()[\]{}|]/, String.raw`\$&`)
}

/** The port that an origin has without saying so. */
function ownPort(origin: string): string | undefined {
  if (new URL(origin).port !== '') return undefined
  return origin.startsWith('https:') ? '443' : '80'
}
