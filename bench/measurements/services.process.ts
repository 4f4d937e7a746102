// Has a database as a worker's file of tests does, and prints for how many milliseconds it waited. Without
// an owner to lease it from, it starts one by hand.

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { defineMocks } from 'mockberth'
import type { Declaration } from '../../src/mocks/define.ts'
import { claimPort } from '../../src/ports/claim.ts'
import { refuses } from '../../src/ports/listeners.ts'
import { temporaryFolder, watched } from '../children.ts'

/** PostgreSQL as a package. */
const SERVER = fileURLToPath(new URL('../../node_modules/.bin/pglite-server', import.meta.url))

const [owner] = process.argv.slice(2)
const start = performance.now()
if (owner === undefined) await startByHand()
else await lease(owner)
console.log(JSON.stringify(performance.now() - start))
process.exit()

async function startByHand(): Promise<void> {
  const { port } = await claimPort()
  const args = [`--db=${join(temporaryFolder(), 'data')}`, `--port=${port}`]
  watched(spawn(SERVER, args, { stdio: 'ignore' }))
  while (await refuses('127.0.0.1', port)) await setTimeout(25)
}

/** From who owns those of a run, as the worker of a slot. */
async function lease(from: string): Promise<void> {
  const db = { command: [SERVER, '--db={data}', '--port={port}'] } as const
  const mocks = defineMocks({}, { services: { db } }) as unknown as Declaration
  await mocks.startIn({ services: { owner: from, slot: '1' } })
}
