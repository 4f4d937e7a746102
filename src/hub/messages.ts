/** How a worker begins. */
export interface Hello {
  /** Of this hub. */
  readonly token: string
  /** Where the worker's server of each API is. */
  readonly apis: Readonly<Record<string, string>>
}

/** What a worker says after that. */
export type Order =
  /** What has this mark is of this test, and goes to this worker. */
  | { readonly open: string; readonly test: string }
  /** That test is over. */
  | { readonly close: string }

/** @throws a `SyntaxError`, or a `TypeError` for what is no such message */
export function parseHello(line: string): Hello {
  const { token, apis } = parseObject(line)
  if (typeof token === 'string' && isRecord(apis) && Object.values(apis).every(isString)) {
    return { token, apis: apis as Hello['apis'] }
  }
  throw new TypeError('a worker begins with { token, apis: { name: url } }')
}

/** @throws a `SyntaxError`, or a `TypeError` for what is no such message */
export function parseOrder(line: string): Order {
  const { open, test, close } = parseObject(line)
  if (isMark(open) && isString(test)) return { open, test }
  if (isMark(close)) return { close }
  throw new TypeError(
    'a worker says { open: mark, test: name } or { close: mark }; a mark has 1 to 128 of A-Z a-z 0-9 _ . -',
  )
}

function parseObject(line: string): Record<string, unknown> {
  const value: unknown = JSON.parse(line)
  return isRecord(value) ? value : {}
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isMark(value: unknown): value is string {
  return isString(value) && /^[\w.-]{1,128}$/.test(value)
}
