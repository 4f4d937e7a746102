import { delay } from '../contract/timers.ts'

/** Waits for something, though not for longer than so many milliseconds. */
export async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const patience = new AbortController()
  const { signal } = patience
  await Promise.race([promise, delay(milliseconds, undefined, { signal })])
  patience.abort()
}
