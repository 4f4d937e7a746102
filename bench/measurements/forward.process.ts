// Answers by asking an upstream: plainly with undici, or as a mock that forwards or records.

import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'
import type * as Mockberth from '../../src/index.ts'
import { tell } from '../servers/tell.ts'

const [, , kind, upstream, recording] = process.argv

async function openPlain(origin: string): Promise<number> {
  const agent = new Agent()
  const server = http.createServer(async (incoming, outgoing) => {
    const { host: _, ...headers } = incoming.headers
    const { method = 'GET', url = '/' } = incoming
    const hasBody = 'content-length' in headers || 'transfer-encoding' in headers
    const reply = await agent.request({
      origin,
      path: url,
      method: method as 'GET',
      headers,
      body: hasBody ? incoming : null,
    })
    outgoing.writeHead(reply.statusCode, reply.headers)
    reply.body.pipe(outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function openOurs(mode: 'forward' | 'record'): Promise<number> {
  const built = new URL('../../dist/index.js', import.meta.url).href
  const { defineMocks } = (await import(built)) as typeof Mockberth
  const mocks = defineMocks({ api: { upstream: upstream!, mode, recording: recording! } })
  const { apis } = await mocks.start({ env: false })
  return apis.api.port
}

const port =
  kind === 'plain' ? await openPlain(upstream!) : await openOurs(kind as 'forward' | 'record')
tell({ port })
