// An app that answers by asking an upstream, or by itself where there is none. Tells its port, and goes
// on until it is ended.

import http from 'node:http'
import type { AddressInfo } from 'node:net'

const upstream = process.argv[2]

const server = http.createServer(async (_, response) => {
  const text = upstream === undefined ? '{}' : await (await fetch(upstream)).text()
  response.setHeader('content-type', 'application/json').end(text)
})
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
process.once('disconnect', () => process.exit())
