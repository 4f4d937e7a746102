// Records more than the folder has room for, and says what its client got and what is there then. Paths
// with a comma between them are asked for at once.

import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { defineMocks } from '../../src/index.ts'
import { readSidecarText } from '../../src/recording/sidecar-text.ts'

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
for (const paths of process.argv.slice(3))
  got.push(...(await Promise.all(paths.split(',').map(ask))))
async function ask(path: string): Promise<string> {
  return fetch(running.apis.api.url + path)
    .then(async (reply) => `${reply.status} ${(await reply.text()).length}`)
    .catch((error) => error.cause?.code ?? error.message)
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
const seen = parts.flatMap((name) =>
  readSidecarText(name, readFileSync(`${folder}/${name}`, 'utf8')),
)
const kept = seen.map(
  ({ seen: one }) => one.type === 'exchange' && new URL(one.capture.url).pathname,
)
console.log(JSON.stringify({ got, problem, said, files, kept }))
