import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { defineMocks, type ServiceDefinition } from '../../src/index.ts'
import type { RunningSet } from '../../src/mocks/running-set.ts'
import { leaseServices } from '../../src/services/lease.ts'

const fails = (): never => {
  throw new Error('no database')
}

async function startService(root: string, db: ServiceDefinition): Promise<RunningSet> {
  const running = await defineMocks({}, { services: { db } }).start({ root })
  onTestFinished(() => running.stop())
  return running as unknown as RunningSet
}

/** What makes services say each of their errors, as docs/errors.md has it. */
export const serviceProvocations = {
  SERVICES_GONE: ({ folder }: { readonly folder: string }) =>
    leaseServices('[]', { owner: join(folder, 'gone.sock'), slot: '1' }),
  SERVICE_DATA_UNUSABLE: ({ folder }: { readonly folder: string }) =>
    startService(folder, { data: 'seed' }),
  async SERVICE_RESET_FAILED({ folder }: { readonly folder: string }) {
    const running = await startService(folder, { reset: fails })
    await running.held.reset()
  },
  SERVICE_SETUP_FAILED: ({ folder }: { readonly folder: string }) =>
    startService(folder, { setup: fails }),
}
