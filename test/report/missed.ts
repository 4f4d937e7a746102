import type { RequestHandler } from 'msw'
import { expect } from 'vitest'
import type { ApiDefinition } from '../../src/index.ts'
import { ORIGIN, writeRecording, type Recorded } from '../recording/recorded.ts'
import { startMocks } from '../support/start.ts'

/** A request that nothing answers, and what of it is nearest, with all that differs. */
export interface MissCase {
  readonly handlers?: readonly RequestHandler[]
  readonly overrides?: readonly RequestHandler[]
  readonly entries?: readonly Recorded[]
  readonly match?: ApiDefinition['match']
  readonly request: readonly [
    line: string,
    body?: string | undefined,
    headers?: Record<string, string>,
  ]
  readonly nearest: readonly [label: string, ...differences: string[]]
}

/** Makes the request. Gives the label of what is said to be nearest, and in what it differs. */
export async function nearestTo({ request, ...declared }: MissCase): Promise<string[]> {
  const { entries, overrides = [], handlers = [], match } = declared
  const { apis } = await startMocks({
    one: {
      upstream: ORIGIN,
      handlers,
      onUnhandled: 'ignore',
      ...(entries && { recording: await writeRecording(entries) }),
      ...(match && { match }),
    },
  })
  apis.one.use(...overrides)
  const [line, body, headers] = request
  const [method, target] = line.split(' ')
  const ask = (): Promise<Response> =>
    fetch(apis.one.url + target, {
      method: method!,
      headers: { accept: 'application/json', ...headers },
      ...(body !== undefined && { body }),
    })
  // What answers once does so first.
  const response = overrides.some(({ options }: any) => options?.once)
    ? await ask().then(ask)
    : await ask()
  expect(response.status).toBe(501)
  const { error } = (await response.json()) as any
  const [first] = error.nearest
  const differences = first.differences.map(
    (one: any) => `${one.field}: takes ${one.wanted}, got ${one.got}`,
  )
  return [first.label, ...differences]
}
