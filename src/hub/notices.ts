import type { MockRequest } from '../contract/index.ts'

type RequestLine = Pick<MockRequest, 'method' | 'target'>

/** Says what somebody should know of requests that no test hears of, each kind of it once. */
export interface Notices {
  unanswered(api: string, request: RequestLine): void
  refused(api: string, request: RequestLine, why: string): void
}

/** Paths may have numbers in them, and there is no end of those. */
const MOST_KINDS = 100

export function createNotices(say: (line: string) => void): Notices {
  const said = new Set<string>()
  const sayOnce = (what: string, api: string, method: string, target: string, why = ''): void => {
    const line = `${api}: ${method} ${target.split('?', 1)[0]} ${what}`
    if (said.size >= MOST_KINDS || said.has(line)) return
    said.add(line)
    say(line + why)
  }
  return {
    unanswered: (api, { method, target }) => sayOnce(UNANSWERED, api, method, target),
    refused: (api, { method, target }, why) =>
      sayOnce('was refused (421): ', api, method, target, why),
  }
}

const UNANSWERED =
  'belongs to no test, and nothing in the declaration answers it. Answer it with a declared handler.'
