import type { RequestHandler } from 'msw'
import type { ApiDefinition, MockApi } from '../../src/index.ts'
import { startMocks } from '../support/start.ts'

/** Starts one API for one test. */
export async function startApi(
  handlers: readonly RequestHandler[],
  definition: Omit<ApiDefinition, 'handlers'> = {},
): Promise<MockApi> {
  const { apis } = await startMocks({ api: { ...definition, handlers } })
  return apis.api
}
