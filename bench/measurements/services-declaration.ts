import { fileURLToPath } from 'node:url'
import { defineMocks } from 'mockberth'
import type { Declaration } from '../../src/mocks/define.ts'

/** PostgreSQL as a package. */
export const SERVER: string = fileURLToPath(
  new URL('../../node_modules/.bin/pglite-server', import.meta.url),
)

/** Gets a database from who owns those of a run, as the worker of a slot. */
export async function startDatabase(owner: string): Promise<void> {
  const db = { command: [SERVER, '--db={data}', '--port={port}'] } as const
  const mocks = defineMocks({}, { services: { db } }) as unknown as Declaration
  await mocks.startIn({ services: { owner, slot: '1' } })
}
