import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { http as msw, HttpResponse } from 'msw'
import { onTestFinished } from 'vitest'
import type { MockApi } from '../../src/index.ts'
import { startApi } from '../wire/start-api.ts'

/** What the real API was asked. */
export interface Asked {
  readonly method: string
  readonly target: string
  readonly rawHeaders: readonly string[]
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

/** A server of node:http that stands for the real API behind a mock. */
export interface RealApi {
  /** Its origin. */
  readonly url: string
  /** Every request, once its body has arrived. */
  readonly asked: readonly Asked[]
}

/** Starts one for one test. */
export async function startRealApi(
  answer: (asked: Asked, outgoing: http.ServerResponse) => void,
): Promise<RealApi> {
  const asked: Asked[] = []
  const server = http.createServer(async (incoming, outgoing) => {
    const { method = '', url = '', rawHeaders, headers } = incoming
    const one = { method, target: url, rawHeaders, headers, body: await buffer(incoming) }
    asked.push(one)
    answer(one, outgoing)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: originOf(server), asked }
}

/** Starts a server that answers in bytes, for one test. */
export async function startRawApi(onConnection: (socket: net.Socket) => void): Promise<RealApi> {
  const sockets: net.Socket[] = []
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    sockets.push(socket)
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: originOf(server), asked: [] }
}

/** Starts a mock that sends on all but /mocked. */
export function forwardTo({ url }: Pick<RealApi, 'url'>): Promise<MockApi> {
  return startApi([msw.get('/mocked', () => HttpResponse.text('mocked'))], {
    upstream: url,
    mode: 'forward',
  })
}

function originOf(server: net.Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
