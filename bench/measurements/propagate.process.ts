// An app that answers by asking an upstream, or by itself where there is none.

import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tell } from '../servers/tell.ts'

const upstream = process.argv[2]

const server = http.createServer(async (_, response) => {
  const text = upstream === undefined ? '{}' : await (await fetch(upstream)).text()
  response.setHeader('content-type', 'application/json').end(text)
})
server.listen(0, '127.0.0.1', () => {
  tell({ port: (server.address() as AddressInfo).port })
})
