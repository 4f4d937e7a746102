/** Of the API that the handlers belong to. */
export const ORIGIN = 'https://api.shop.example'

/** A generator of numbers from 0 up to 1 that gives the same ones for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

/** One of several things. */
export function pick<Item>(random: () => number, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!
}

const STARTS = ['', '/', '/', '/', `${ORIGIN}/`, `${ORIGIN}/`, '*/', '*/']
const ODD_STARTS = [
  ORIGIN,
  '*',
  '**/',
  '//api.shop.example/',
  'https://API.shop.example/',
  'https://api.shop.example:443/',
  'https://other.example/',
  'https://*/',
  '*://*/',
  ':scheme://api.shop.example/',
  'https:/',
  'a:/',
]
const SEGMENTS = ['users', 'users', 'Users', 'v1', 'v1', ':id', ':id', ':name', 'a.b', 'x-y', '~me']
const ODD_SEGMENTS = [
  '',
  '.',
  '..',
  '.well-known',
  '*',
  '**',
  'us*',
  '*rs',
  ':id?',
  ':id*',
  ':id+',
  ':id**',
  ':id.json',
  'v:id',
  ':id-:name',
  ':id:name',
  '(\\d+)',
  ':id(\\d+)',
  '{x}?',
  'v1?',
  '\\:id',
  '%75sers',
  'ü',
  'a b',
  '@me',
  'a:b',
  'a+b',
  'a,b',
  "it's",
  ':1',
  'id:',
  '[id]',
  'api.shop.example',
]
const ENDS = ['', '', '', '', '', '', '/', '?', '?page=1', '#top', '|']

/** A path as somebody might give it to a handler, now and then an odd one. */
export function generatedPattern(random: () => number): string {
  if (random() < 0.03) return pick(random, ['', '/', '*', '*/', ORIGIN, `${ORIGIN}/`])
  const start = pick(random, random() < 0.85 ? STARTS : ODD_STARTS)
  return start + path(random, SEGMENTS, ODD_SEGMENTS) + pick(random, ENDS)
}

const TARGETS = ['users', 'users', 'Users', 'v1', 'v1', 'v1', '1', '2', 'a.b', 'x-y', '~me']
const ODD_TARGETS = [
  '',
  '.',
  '..',
  '...',
  '%75sers',
  'USERS',
  '%2E',
  '%2F',
  '%C3%BC',
  '%E4',
  '%',
  'a%20b',
  'a%2Fb',
  '%2575sers',
  'a:b',
  'a,b',
  "it's",
  '(x)',
  '*',
  'x;y=1',
  '@me',
  'a+b',
  'a|b',
  'a^b',
  '1.json',
  'v2',
  'api.shop.example',
]

/** What a client might ask for: path and query. */
export function generatedTarget(random: () => number): string {
  const rest = path(random, TARGETS, ODD_TARGETS)
  return `/${rest}${pick(random, ['', '', '', '', '/', '?page=1', '?', '/?a=/b'])}`
}

function path(random: () => number, usual: readonly string[], odd: readonly string[]): string {
  const length = Math.floor(random() * 4) + (random() < 0.9 ? 1 : 0)
  const segments = Array.from({ length }, () => pick(random, random() < 0.85 ? usual : odd))
  return segments.join('/')
}
