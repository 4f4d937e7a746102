import { stripVTControlCharacters } from 'node:util'
import { http, HttpResponse } from 'msw'
import { assert } from 'vitest'
import type { ApiDefinition, MockApi } from '../../../src/index.ts'
import { addMatchers } from '../../../src/vitest/matchers.ts'
import { startApi } from '../../wire/start-api.ts'

addMatchers()

/** An API that answers anything, and has been asked all this. */
export async function apiAsked(
  requests: readonly (readonly [target: string, init?: RequestInit])[],
  definition: Omit<ApiDefinition, 'handlers'> = {},
): Promise<MockApi> {
  const api = await startApi([http.all('*', () => HttpResponse.text('ok'))], definition)
  for (const [target, init] of requests) await (await fetch(api.url + target, init)).text()
  return api
}

/** What an assertion about this API says when it fails, without colours; undefined when it passes. */
export function failureOf(assertion: () => void): string | undefined {
  try {
    assertion()
    return undefined
  } catch (error) {
    assert(
      error instanceof Error && /^(api|It cannot be told)\b/.test(error.message),
      String(error),
    )
    return stripVTControlCharacters(error.message)
  }
}
