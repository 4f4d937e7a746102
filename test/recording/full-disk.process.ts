// Records more than the folder has room for, and says what its client got and what is there then.

import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { defineMocks } from '../../src/index.ts'

const folder = process.argv[2]!
const server = http.createServer((incoming, outgoing) => {
  outgoing.setHeader('content-type', 'text/plain')
  outgoing.end(incoming.url!.padEnd(Number(incoming.url!.split('/')[1]), 'x'))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const recording = `${folder}/api.har`

const running = await defineMocks({
  api: { upstream, recording, mode: 'record' },
}).start({ env: false })
const got: string[] = []
for (const path of process.argv.slice(3)) {
  const outcome = await fetch(running.apis.api.url + path)
    .then(async (reply) => `${reply.status} ${(await reply.text()).length}`)
    .catch((error) => error.cause?.code ?? error.message)
  got.push(outcome)
}
let problem = ''
try {
  running.verify()
} catch (error) {
  problem = (error as Error).message
}
const said: string[] = []
console.error = (text: string) => void said.push(text)
await running.stop()
server.close()
const files = readdirSync(folder).toSorted()
const parts = files.filter((name) => name.endsWith('.part'))
const lines = parts.flatMap((name) =>
  readFileSync(`${folder}/${name}`, 'utf8').split('\n').slice(0, -1),
)
const kept = lines.map((line) => new URL(JSON.parse(line).entry.request.url).pathname)
console.log(JSON.stringify({ got, problem, said, files, kept }))
