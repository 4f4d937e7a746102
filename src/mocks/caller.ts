import { ownPlace } from '../errors.ts'

/**
 * Where the user's code called a function that is running (`file:line:column`). A stack costs little
 * to take and much to read: it is read when somebody asks.
 */
export function callerOf(called: Function): () => string | undefined {
  const taken: { readonly stack?: unknown } = {}
  Error.captureStackTrace(taken, called)
  return () => {
    for (const frame of String(taken.stack).split('\n')) {
      const place = ownPlace(frame)
      if (place !== undefined) return place
    }
    return undefined
  }
}
