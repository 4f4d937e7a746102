import { setTimeout } from 'node:timers/promises'

/** Waits for something, though not for longer than so many milliseconds. */
export async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const patience = new AbortController()
  const { signal } = patience
  await Promise.race([promise, setTimeout(milliseconds, undefined, { signal })])
  patience.abort()
}
