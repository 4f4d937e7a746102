import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import axios from 'axios'
import * as undici from 'undici'

type Headers = Record<string, string>

/** Makes a request and reads all of the reply. */
export type Client = (url: string, headers?: Headers) => Promise<void>

const agent = new http.Agent({ keepAlive: true, maxSockets: 5 })
const pool = new undici.Agent({ connections: 5 })

async function send(request: http.ClientRequest): Promise<void> {
  const replied = once(request, 'response') as Promise<[http.IncomingMessage]>
  request.end()
  const [reply] = await replied
  await reply.toArray()
}

const nodeOf = (url: string): typeof http | typeof https =>
  url.startsWith('https:') ? https : http

/** All that an app may ask an upstream with. */
export const clients: Readonly<Record<string, Client>> = {
  async fetch(url, headers = {}) {
    await (await fetch(url, { headers })).text()
  },
  async 'undici.fetch'(url, headers = {}) {
    await (await undici.fetch(url, { headers })).text()
  },
  async 'undici.request'(url, headers = {}) {
    await (await undici.request(url, { headers, dispatcher: pool })).body.text()
  },
  'http.request': (url, headers = {}) => send(nodeOf(url).request(url, { headers })),
  'http.request with an agent': (url, headers = {}) => send(http.request(url, { headers, agent })),
  'http.request with setHeader': (url, headers = {}) => {
    const request = nodeOf(url).request(url)
    for (const [name, value] of Object.entries(headers)) request.setHeader(name, value)
    return send(request)
  },
  'http.request with an array of headers': (url, headers = {}) => {
    const { host } = new URL(url)
    return send(nodeOf(url).request(url, { headers: Object.entries({ host, ...headers }).flat() }))
  },
  'http.request with Expect': (url, headers = {}) =>
    send(nodeOf(url).request(url, { headers: { expect: '100-continue', ...headers } })),
  'http.request with flushHeaders': (url, headers = {}) => {
    const request = nodeOf(url).request(url, { headers })
    request.flushHeaders()
    return send(request)
  },
  async axios(url, headers = {}) {
    await axios.get(url, { headers })
  },
}

/** Asks the server of a URL, as a proxy, for the URL that its path is. */
export const throughProxy: Client = (url) => {
  const { hostname, port, pathname } = new URL(url)
  return send(http.request({ hostname, port, path: pathname.slice(1) }))
}
