// An app: for GET /MOMENT/CLIENT?to=URL it asks the URL, at this moment and with this client. Other
// parameters are headers of what it asks. Tells its ports.

import dns from 'node:dns'
import http, { type IncomingMessage, type RequestListener } from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { clients, throughProxy } from './clients.ts'
import { longMoments, moments } from './moments.ts'

// Every name is this machine.
dns.lookup = ((_name: string, options: { all?: boolean }, done: (...found: unknown[]) => void) => {
  const [address, family] = ['127.0.0.1', 4]
  if (options.all === true) done(null, [{ address, family }])
  else done(null, address, family)
}) as typeof dns.lookup

const all = { ...moments, ...longMoments }

const listener: RequestListener = (request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://app')
  const { to = '', ...headers } = Object.fromEntries(searchParams)
  const [moment = '', name = ''] = pathname.slice(1).split('/').map(decodeURIComponent)
  const ask = (): Promise<void> => (clients[name] ?? throughProxy)(to, headers)
  const working =
    moment === 'many'
      ? askMany(to, Number(name))
      : all[moment]!({ request, response, ask, upstream: new URL(to).origin })
  working.then(
    () => response.end('done'),
    (error: Error) => response.writeHead(500).end(error.stack),
  )
}

/** One request after the other, with whatever client and after whatever time. */
async function askMany(to: string, seed: number): Promise<void> {
  const ways = Object.values(clients)
  for (let index = 0; index < 5; index++) {
    await delay(Math.random() * 20)
    await ways[(seed + index) % ways.length]!(`${to}/${index}`)
  }
}

const server = http.createServer(listener)
server.on('upgrade', (request: IncomingMessage, socket) => {
  const to = new URL(request.url!, 'http://app').searchParams.get('to')!
  socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: words\r\n\r\n')
  socket.on('data', async (data) => {
    await clients['fetch']!(`${to}/${String(data)}`)
    socket.write('done')
  })
})
const { TLS_KEY: key, TLS_CERT: cert } = process.env
const servers: Record<string, Server> = {
  http: server,
  http2: http2.createServer(listener as unknown as Parameters<typeof http2.createServer>[0]),
  ...(key === undefined ? {} : { https: https.createServer({ key, cert: cert! }, listener) }),
}
for (const each of Object.values(servers)) {
  await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve))
}
const ports = Object.entries(servers).map(([name, each]) => [
  name,
  (each.address() as AddressInfo).port,
])
console.log(JSON.stringify(Object.fromEntries(ports)))
