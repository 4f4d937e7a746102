import { AsyncLocalStorage } from 'node:async_hooks'
import diagnosticsChannel from 'node:diagnostics_channel'

const BYPASS_MARK = 'msw/passthrough'
const BYPASS = Symbol.for('mockberth.bypass')

/**
 * Takes off the wire what `bypass()` puts on it: a mark for MSW's own interceptors in `accept`,
 * which goes out where no interceptor takes it off. It does so for every request that undici and
 * `fetch` make in this process, and once, however often this module is loaded there.
 *
 * @returns the origin of the mock whose handler is running, where that mock has no upstream: its
 * handler's `bypass()` can only lead back to itself, and keeps the mark
 */
export function watchBypass(): AsyncLocalStorage<string> {
  const holder = process as unknown as { [BYPASS]?: AsyncLocalStorage<string> }
  if (holder[BYPASS] !== undefined) return holder[BYPASS]
  const dead = new AsyncLocalStorage<string>()
  holder[BYPASS] = dead
  diagnosticsChannel.subscribe('undici:request:create', (message) => {
    const { request } = message as { request?: { headers?: unknown; origin?: unknown } }
    if (!Array.isArray(request?.headers) || dead.getStore() === String(request.origin)) return
    unmark(request.headers)
  })
  return dead
}

function unmark(headers: unknown[]): void {
  for (let index = 0; index < headers.length; index += 2) {
    const value = headers[index + 1]
    if (typeof value !== 'string' || !value.includes(BYPASS_MARK)) continue
    if (String(headers[index]).toLowerCase() !== 'accept') continue
    const types = value.split(',').filter((type) => type.trim() !== BYPASS_MARK)
    headers[index + 1] = types.length === 0 ? '*/*' : types.join(',')
  }
}

/** Whether a request came from the `bypass()` of a mock without upstream. */
export function isMarked(accept: string | undefined): boolean {
  return accept?.includes(BYPASS_MARK) === true
}
