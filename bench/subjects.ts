import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type * as Mockberth from '../src/index.ts'

const BUILT = new URL('../dist/index.js', import.meta.url).href

/** A server that something is measured on. */
export interface Subject {
  readonly port: number
  stop(): Promise<void>
}

/** Loads the built package; what it gives starts one API with one handler. */
export async function loadOurs(): Promise<() => Promise<Subject>> {
  const { defineMocks } = (await import(BUILT)) as typeof Mockberth
  const msw = await import('msw')
  const mocks = defineMocks({
    api: {
      env: 'BENCH_API_URL',
      handlers: () => [msw.http.get('/', () => msw.HttpResponse.json({}))],
    },
  })
  return async () => {
    const { apis, stop } = await mocks.start()
    return { port: apis.api.port, stop }
  }
}

/** Starts one API that replays a recording; needs the built package, as all of these do. */
export async function openReplay(recording: string): Promise<Subject> {
  const { defineMocks } = (await import(BUILT)) as typeof Mockberth
  const { apis, stop } = await defineMocks({
    api: { upstream: 'https://api.test', recording },
  }).start({ env: false })
  return { port: apis.api.port, stop }
}

/** 1 KB of JSON, as an API may answer. */
export const SAMPLE: string = JSON.stringify({
  orders: Array.from({ length: 9 }, (_, index) => ({
    id: 1000 + index,
    customer: `Customer number ${index}`,
    created_at: '2026-01-01T10:00:00Z',
    lines: [12.5, 7],
    status: 'open',
  })),
}).padEnd(1024)

/** Starts the least that answers everything with 1 KB of JSON. */
export async function openSameReply(): Promise<Subject> {
  const server = http.createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(SAMPLE)
  })
  await listen(server, '127.0.0.1', 0)
  return { port: (server.address() as AddressInfo).port, stop: () => close(server) }
}

/** Starts the least that listens on one port of both loopback families and answers. */
export async function openRaw(): Promise<Subject> {
  const four = http.createServer(answer)
  const six = http.createServer(answer)
  await listen(four, '127.0.0.1', 0)
  const { port } = four.address() as AddressInfo
  await listen(six, '::1', port)
  return {
    port,
    stop: async () => {
      await Promise.all([four, six].map(close))
    },
  }
}

function answer(_: http.IncomingMessage, response: http.ServerResponse): void {
  response.setHeader('content-type', 'application/json').end('{}')
}

function listen(server: http.Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
}

function close(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
