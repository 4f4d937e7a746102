// Stops servers of both kinds in turn while another process holds connections to them, and prints
// how long each took.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Round } from './measurement.ts'
import { loadOurs, openRaw, type Subject } from './subjects.ts'

const ROUNDS = 50
const CONNECTIONS = 50

const clients = fork(fileURLToPath(new URL('clients.process.ts', import.meta.url)))

async function stopTime(open: () => Promise<Subject>): Promise<number> {
  const { port, stop } = await open()
  const connected = once(clients, 'message')
  clients.send({ port, connections: CONNECTIONS })
  await connected
  const start = performance.now()
  await stop()
  return performance.now() - start
}

const openOurs = await loadOurs()
await stopTime(openOurs)
await stopTime(openRaw)
const rounds: Round[] = []
while (rounds.length < ROUNDS) {
  rounds.push({ ours: await stopTime(openOurs), raw: await stopTime(openRaw) })
}
clients.disconnect()
console.log(JSON.stringify(rounds))
