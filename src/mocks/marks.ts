import { randomBytes } from 'node:crypto'
import type { MockRequest, Scope } from '../contract/index.ts'
import type { Delivery } from '../wire/deliver.ts'
import { textReply } from '../wire/guard.ts'

/** Who a request belongs to, by the marks that came with it. */
export type Owner =
  | { readonly scope: Scope }
  /** Nobody: this is said in place of an answer. */
  | { readonly refusal: string }
  /** Somebody in another process. */
  | { deliver(api: string, request: MockRequest): Promise<Delivery> }

/** Finds the owner of a request that has marks. */
export type FindOwner = (marks: readonly string[]) => Owner

/** Which marks stand for which tests. What carries one never gets the answers of another test. */
export interface Marks<Belonging> {
  /** What comes with this mark belongs to this test. */
  open(mark: string, test: string, belonging: Belonging): void
  /**
   * What still comes with this mark is refused.
   * @param why the test is over, or the process that it ran in has gone. Default: `'ended'`
   */
  close(mark: string, why?: 'ended' | 'gone'): void
  /** Whether any test has had a mark so far. */
  hasAny(): boolean
  find(marks: readonly string[]): { readonly found: Belonging } | { readonly refusal: string }
}

/** A mark that nobody can guess. */
export function newMark(): string {
  return randomBytes(16).toString('base64url')
}

/** Of how many tests that are over it is known which they were. */
const REMEMBERED = 1000

export function createMarks<Belonging>(): Marks<Belonging> {
  const open = new Map<string, { readonly test: string; readonly belonging: Belonging }>()
  const refusals = new Map<string, string>()
  return {
    open: (mark, test, belonging) => void open.set(mark, { test, belonging }),
    close(mark, why = 'ended') {
      const known = open.get(mark)
      if (known === undefined) return
      open.delete(mark)
      refusals.set(mark, EXPLAIN[why](JSON.stringify(known.test)))
      if (refusals.size > REMEMBERED) refusals.delete(refusals.keys().next().value!)
    },
    hasAny: () => open.size > 0 || refusals.size > 0,
    find(marks) {
      const [mark = ''] = marks
      if (marks.some((other) => other !== mark)) return { refusal: SEVERAL }
      const known = open.get(mark)
      if (known !== undefined) return { found: known.belonging }
      return { refusal: refusals.get(mark) ?? explainUnknown(mark) }
    },
  }
}

/** What is said in place of an answer. */
export function refusedDelivery(api: string, refusal: string): Delivery {
  return { kind: 'reply', reply: textReply(421, `mockberth: ${api}: ${refusal}\n`) }
}

/** How much of a mark is shown. */
const SHOWN = 40

const SEVERAL =
  'this request carries the marks of several tests in its baggage, and would belong to all of them. Let each request carry the baggage of the one request that it is made for.'

const EXPLAIN: Readonly<Record<'ended' | 'gone', (test: string) => string>> = {
  ended: (test) =>
    `this request belongs to a test that has ended, ${test}. Let that test wait for all that it starts.`,
  gone: (test) =>
    `this request belongs to the test ${test}, whose worker has gone. See why that ended; it took its mocks with it.`,
}

function explainUnknown(mark: string): string {
  const shown = mark.length > SHOWN ? `${mark.slice(0, SHOWN)}…` : mark
  return `this request carries the mark ${JSON.stringify(shown)} in its baggage, and no test that runs here has that. Its worker may have ended; or it is of another run, or made up: only mockTest() gives marks.`
}
