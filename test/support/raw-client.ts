import { once } from 'node:events'
import net from 'node:net'
import { onTestFinished } from 'vitest'

/** A reply as it came over the wire. */
export interface RawReply {
  readonly status: number
  readonly statusText: string
  /** Name, value, name, value, … as they were sent. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** All values of a header, in order. */
  all(name: string): string[]
}

/** A connection on which a test decides about every byte. */
export interface RawClient {
  readonly socket: net.Socket
  /** Text is sent as Latin-1, one byte for each character. */
  send(bytes: string | Uint8Array): void
  /** All that came so far, one character for each byte. */
  received(): string
  /** Resolves when what came matches; rejects when the connection is over before it does. */
  until(pattern: RegExp): Promise<RegExpMatchArray>
  /**
   * The next reply, whole; rejects when the connection is over before that, or its framing is broken.
   * @param method of the request that it answers: a reply to HEAD ends with its headers
   */
  reply(method?: string): Promise<RawReply>
  /** How the server ended the connection: `end` in order, else the code of the error. */
  over(): Promise<string>
}

/** Connects to a port of this machine; the connection is closed with the test. */
export async function connect(port: number): Promise<RawClient> {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  onTestFinished(() => void socket.destroy())
  const watched = watch(socket)
  let taken = 0
  await once(socket, 'connect')
  return {
    socket,
    send: (data) =>
      void socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data),
    received: () => watched.bytes().toString('latin1'),
    until: (pattern) =>
      watched.wait(pattern, (bytes) => bytes.toString('latin1').match(pattern) ?? undefined),
    reply: (method = 'GET') =>
      watched.wait('a whole reply', (bytes, isOver) => {
        const parsed = parseReply(bytes.subarray(taken), method, isOver)
        taken += parsed?.length ?? 0
        return parsed?.reply
      }),
    over: watched.over,
  }
}

/** Sends bytes on a connection of their own and gives back the reply. */
export async function exchange(port: number, bytes: string | Uint8Array): Promise<RawReply> {
  const client = await connect(port)
  client.send(bytes)
  return client.reply(Buffer.from(bytes).toString('latin1').split(' ', 1)[0])
}

/** The bytes of a request, of its request line, more headers, and a body. */
export function message(requestLine: string, headers: readonly string[] = [], body = ''): string {
  const length = body === '' ? [] : [`content-length: ${Buffer.byteLength(body, 'latin1')}`]
  const version = requestLine.includes(' HTTP/') ? '' : ' HTTP/1.1'
  const host = headers.some((header) => /^host:/i.test(header)) ? [] : ['Host: 127.0.0.1']
  const head = [requestLine + version, ...host, ...headers, ...length].join('\r\n')
  return `${head}\r\n\r\n${body}`
}

interface Watched {
  bytes(): Buffer
  /** Resolves with the first value that `look` finds; it looks again after all that happens. */
  wait<Value>(
    what: string | RegExp,
    look: (bytes: Buffer, isOver: boolean) => Value | undefined,
  ): Promise<Value>
  over(): Promise<string>
}

function watch(socket: net.Socket): Watched {
  let bytes: Buffer = Buffer.alloc(0)
  let how: string | undefined
  const waiting = new Set<() => void>()
  const lookAgain = (): void => {
    for (const look of waiting) look()
  }
  const finish = (reason: string): void => {
    how ??= reason
    lookAgain()
  }
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk])
    lookAgain()
  })
  socket.on('end', () => finish('end'))
  socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message))
  socket.on('close', () => finish('closed by this side'))
  const wait: Watched['wait'] = (what, look) =>
    new Promise((resolve, reject) => {
      const attempt = (): void => {
        try {
          const value = look(bytes, how !== undefined)
          if (value === undefined && how === undefined) return
          waiting.delete(attempt)
          if (value !== undefined) return resolve(value)
          reject(new Error(`over (${how}) before ${what}: ${bytes.toString('latin1', 0, 1000)}`))
        } catch (error) {
          waiting.delete(attempt)
          reject(error as Error)
        }
      }
      waiting.add(attempt)
      attempt()
    })
  return { bytes: () => bytes, wait, over: () => wait('the end', () => how) }
}

interface Parsed<Value> {
  readonly value: Value
  /** How many bytes it took. */
  readonly length: number
}

function parseReply(
  bytes: Buffer,
  method: string,
  isOver: boolean,
): { reply: RawReply; length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  const match = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(statusLine)
  if (match === null) throw new Error(`this is no status line: ${JSON.stringify(statusLine)}`)
  const status = Number(match[1])
  const headers = lines.map((line) => /^([^:]+): ?(.*)$/.exec(line)?.slice(1) ?? [line, ''])
  const all = (name: string): string[] =>
    headers.filter(([key]) => key!.toLowerCase() === name).map(([, value]) => value!)
  const body = parseBody(bytes.subarray(headEnd + 4), {
    length: isBodiless(method, status) ? '0' : all('content-length')[0],
    chunked: all('transfer-encoding').includes('chunked'),
    isOver,
  })
  if (body === undefined) return undefined
  return {
    reply: { status, statusText: match[2]!, rawHeaders: headers.flat(), body: body.value, all },
    length: headEnd + 4 + body.length,
  }
}

function isBodiless(method: string, status: number): boolean {
  return method === 'HEAD' || status < 200 || status === 204 || status === 304
}

interface Framing {
  readonly length: string | undefined
  readonly chunked: boolean
  readonly isOver: boolean
}

function parseBody(
  bytes: Buffer,
  { length, chunked, isOver }: Framing,
): Parsed<Buffer> | undefined {
  if (length !== undefined) {
    const size = Number(length)
    return bytes.length < size ? undefined : { value: bytes.subarray(0, size), length: size }
  }
  if (chunked) return parseChunks(bytes)
  return isOver ? { value: bytes, length: bytes.length } : undefined
}

function parseChunks(bytes: Buffer): Parsed<Buffer> | undefined {
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const line = bytes.toString('latin1', at, lineEnd)
    if (!/^[\da-f]+$/i.test(line)) throw new Error(`this is no chunk size: ${JSON.stringify(line)}`)
    const size = Number.parseInt(line, 16)
    at = lineEnd + 2
    if (bytes.length < at + size + 2) return undefined
    chunks.push(bytes.subarray(at, at + size))
    at += size + 2
    if (size === 0) return { value: Buffer.concat(chunks), length: at }
  }
}
