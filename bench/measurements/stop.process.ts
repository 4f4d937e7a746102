// Stops servers of both kinds in turn while another process holds connections to them, and prints
// how long each took. The argument is how often.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Round } from '../measurement.ts'
import * as mockberth from '../servers/mockberth.ts'
import * as raw from '../servers/raw.ts'
import type { ServerKind } from '../servers/subject.ts'

const CONNECTIONS = 50

const clients = fork(new URL('clients.process.ts', import.meta.url))

async function stopTime({ open }: ServerKind): Promise<number> {
  const { port, stop } = await open({})
  const connected = once(clients, 'message')
  clients.send({ port, connections: CONNECTIONS })
  await connected
  const start = performance.now()
  await stop()
  return performance.now() - start
}

await stopTime(mockberth)
await stopTime(raw)
const rounds: Round[] = []
while (rounds.length < Number(process.argv[2])) {
  rounds.push({ mockberth: await stopTime(mockberth), raw: await stopTime(raw) })
}
clients.disconnect()
console.log(JSON.stringify(rounds))
