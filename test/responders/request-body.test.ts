import * as msw3 from 'msw'
import * as msw2 from 'msw-2'
import { expect, test } from 'vitest'
import { connect } from '../support/raw-client.ts'
import { startApi } from '../wire/start-api.ts'

const ORIGIN = 'https://api.shop.example'
const FORM = 'name=Ada+Lovelace&year=1843'
const JSON_TEXT = JSON.stringify({ name: 'José', list: [1, 2, 3] })
const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

/** What a resolver may do with the body of its request, and what comes of it. */
const reads: Record<string, (request: any) => unknown> = {
  text: (request) => request.text(),
  json: (request) => request.json(),
  arrayBuffer: async (request) => hex(await request.arrayBuffer()),
  bytes: async (request) => hex(await request.bytes()),
  async blob(request) {
    const blob = await request.blob()
    return [blob.type, hex(await blob.arrayBuffer())]
  },
  formData: async (request) => [...(await request.formData())],
  stream: async (request) => hex(Buffer.concat(await Array.fromAsync(request.body))),
  async clone(request) {
    const copy = request.clone()
    return [await copy.text(), await request.text(), copy.url, copy.headers.get('content-type')]
  },
  async cloneOfClone(request) {
    const copy = request.clone().clone()
    return [copy instanceof Request, await copy.text(), request.bodyUsed, await request.text()]
  },
  async remade(request) {
    const other = new Request(request, { headers: { 'content-type': 'text/plain' } })
    return [request.bodyUsed, other.headers.get('content-type'), await other.text()]
  },
  async used(request) {
    const before = request.bodyUsed
    const text = request.text()
    return [before, request.bodyUsed, request.body.locked, (await text).length, request.bodyUsed]
  },
  async twice(request) {
    await request.text()
    return Promise.all([
      failure(() => request.json()),
      failure(() => request.clone()),
      failure(() => new Request(request)),
      failure(() => request.body.getReader()),
    ])
  },
  async locked(request) {
    const reader = request.body.getReader()
    const error = await failure(() => request.text())
    return [error, request.bodyUsed, hex((await reader.read()).value), request.bodyUsed]
  },
  async cancelled(request) {
    // Of a request that MSW has cloned for itself, it is over when its clone is.
    void request.body.cancel()
    return [request.bodyUsed, await failure(() => request.text())]
  },
  later: async (request) => {
    await new Promise(setImmediate)
    return request.text()
  },
  kind: (request) => [
    request instanceof Request,
    request.constructor === Request,
    Object.keys(request),
    request.body instanceof ReadableStream,
    request.signal instanceof AbortSignal,
    request.signal === request.signal,
  ],
}

function hex(bytes: ArrayBuffer | Uint8Array): string {
  return Buffer.from(bytes as Uint8Array).toString('hex')
}

async function failure(attempt: () => unknown): Promise<unknown> {
  try {
    return await attempt()
  } catch (error) {
    return [(error as Error).name, (error as Error).message]
  }
}

const bodies = [
  ['application/json', JSON_TEXT],
  ['application/x-www-form-urlencoded', FORM],
  ['application/octet-stream', ALL_BYTES],
  ['text/plain', 'x'.repeat(5000)],
] as const

const versions = [
  ['3', msw3],
  ['2', msw2 as unknown as typeof msw3],
] as const

const ways = ['in one packet with its head', 'in parts behind it', 'in chunks'] as const

const cases = versions.flatMap(([version, msw]) => ways.map((way) => [version, way, msw] as const))

test.each(cases)(
  'a resolver of msw %s reads a body that comes %s as Fetch has it',
  async (_, way, { http, ...msw }) => {
    const reached = new Map<string, () => void>()
    const handlers = Object.entries(reads).map(([name, read]) =>
      http.post(`/${name}`, async ({ request }) => {
        reached.get(name)?.()
        return msw.HttpResponse.json([await failure(() => read(request))])
      }),
    )
    const api = await startApi(handlers, { upstream: ORIGIN })
    const client = await connect(api.port)
    client.socket.setNoDelay()
    for (const [type, body] of bodies) {
      const bytes = Buffer.from(body as string)
      for (const name of Object.keys(reads)) {
        const init = { method: 'POST', headers: { 'content-type': type }, body }
        const request = new Request(`${ORIGIN}/${name}`, init)
        const expected = await msw.getResponse(handlers, request, { baseUrl: ORIGIN })
        const isReached = new Promise<void>((resolve) => reached.set(name, resolve))
        const length =
          way === 'in chunks' ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes.length}`
        const head = [`POST /${name} HTTP/1.1`, 'Host: localhost', `Content-Type: ${type}`, length]
        const start = `${head.join('\r\n')}\r\n\r\n`
        if (way === 'in one packet with its head') {
          client.send(Buffer.concat([Buffer.from(start), bytes]))
        } else {
          client.send(start)
          // A resolver is called before its body is there.
          await isReached
          const middle = name === 'locked' ? bytes.length : 7
          for (const part of [bytes.subarray(0, middle), bytes.subarray(middle)]) {
            if (part.length === 0) continue
            const size = `${part.length.toString(16)}\r\n`
            client.send(way === 'in chunks' ? framed(size, part) : part)
          }
          if (way === 'in chunks') client.send('0\r\n\r\n')
        }
        const reply = await client.reply()
        expect([type, name, reply.body.toString()]).toEqual([type, name, await expected?.text()])
        const received = api.exchanges.at(-1)!.request
        expect(Buffer.from(received.body).equals(bytes)).toBe(true)
      }
    }
  },
)

function framed(size: string, part: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(size), part, Buffer.from('\r\n')])
}
