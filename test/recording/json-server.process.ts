// A REST API that this project did not write, in a process of its own.

import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import jsonServer from 'json-server'

const books = Array.from({ length: 25 }, (_, index) => ({
  id: index + 1,
  title: `Book ${index + 1}, "quoted" — and ünïcode`,
  authorId: (index % 3) + 1,
  blurb: 'It was a dark and stormy night. '.repeat(index),
}))
const authors = [1, 2, 3].map((id) => ({ id, name: `Author ${id}` }))

const app = jsonServer.create()
app.use(jsonServer.defaults({ logger: false }))
app.use(jsonServer.router({ books, authors, profile: { name: 'typicode' } }))
const server = http.createServer(app)
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.send!((server.address() as AddressInfo).port)
process.once('disconnect', () => process.exit())
