import { assert, expect } from 'vitest'
import type { RunningMocks } from '../../src/index.ts'
import type { RunningSet } from '../../src/mocks/running-set.ts'
import { harErrors } from '../support/har-schema.ts'

/** The evidence of a set, its HAR parsed, and its times made the same. */
export async function evidenceOf(running: RunningMocks): Promise<{ log: any; table: string }> {
  const evidence = await (running as RunningSet).evidence()
  assert(evidence !== undefined)
  const har = JSON.parse(evidence.har)
  expect(harErrors(har)).toEqual([])
  return { log: har.log, table: evidence.table.replaceAll(/ +\d+ ms/g, '  0 ms') }
}
