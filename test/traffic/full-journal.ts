import { http, HttpResponse } from 'msw'
import { onTestFinished, vi } from 'vitest'
import type { MockApi, RunningMocks } from '../../src/index.ts'
import { startMocks } from '../support/start.ts'
import { sendMany } from './many-requests.ts'

/** How many exchanges a journal keeps. */
export const KEPT = 2000

/** As `sendMany()` wants it. */
export const handler = http.all('*', () => HttpResponse.text('the end'))

/** An API that was asked for `/1`, `/2` and so on, `count` times. */
export async function startAsked(count: number): Promise<{ api: MockApi; running: RunningMocks }> {
  silenceWarnings()
  const running = await startMocks({ api: { handlers: [handler] } })
  const { api } = running.apis
  await sendMany(api.port, count, (index) => `/${index + 1}`)
  return { api, running }
}

/** What is said once in a process may be said in any test. */
export function silenceWarnings(): void {
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
}
