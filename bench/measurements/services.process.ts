// Has a database as a worker's file of tests does, and prints for how many milliseconds it waited. Without
// an owner to lease it from, it starts one by hand.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { claimPort } from '../../src/ports/claim.ts'
import { temporaryFolder, watched } from '../children.ts'
import { startDatabase, SERVER } from './services-declaration.ts'

const [owner] = process.argv.slice(2)
const start = performance.now()
if (owner === undefined) await startByHand()
else await startDatabase(owner)
console.log(JSON.stringify(performance.now() - start))
process.exit()

async function startByHand(): Promise<void> {
  const { port } = await claimPort()
  const args = [`--db=${join(temporaryFolder(), 'data')}`, `--port=${port}`]
  watched(spawn(SERVER, args, { stdio: 'ignore' }))
  while (!(await listens(port))) await setTimeout(25)
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
