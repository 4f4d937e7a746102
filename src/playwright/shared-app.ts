import type { APIRequestContext, BrowserContext, Request } from '@playwright/test'
import { errorWithoutStack, type MockberthError } from '../errors.ts'
import type { JoinedHub } from '../hub/join.ts'
import { newMark } from '../mocks/marks.ts'
import type { RunningSet } from '../mocks/running-set.ts'
import { throwWithoutStack } from '../report/failing-test.ts'
import { markEntry } from '../propagate/baggage.ts'
import { isLoopbackName } from '../propagate/loopback.ts'

import { prepareContexts, type ContextPreparation } from './every-context.ts'

/** An app that the tests of all workers share, as one worker has it. */
export interface SharedApp extends ContextPreparation {
  /**
   * What is asked of the app from now on carries the mark of a test.
   *
   * @param name of the test
   * @param baseURL where the app is
   * @returns what ends it
   * @throws `HUB_GONE`, `HUB_REFUSED`, `INVALID_OPTION`
   */
  begin(name: string, baseURL: string | undefined): Promise<() => Promise<void>>
  /** What is asked of the app with this carries the mark of the test that runs now. */
  mark(requests: APIRequestContext): void
}

/** The test that runs now. */
interface MarkedTest {
  readonly mark: string
  readonly baseURL: string
  /** Whether a request goes to the app, or to a mock that it handed to a page. */
  isMarked(url: URL): boolean
}

export function shareApp(hub: JoinedHub, { marks, scope }: RunningSet): SharedApp {
  let current: MarkedTest | undefined
  const markRequests = (requests: APIRequestContext, ofContext?: MarkedTest): void =>
    markApiRequests(requests, () => ofContext ?? current)
  const preparation = prepareContexts(async (context) => {
    // The pages of a test go on asking when the next one has begun; those of beforeAll are of each test.
    const ofContext = current
    markRequests(context.request, ofContext)
    await markPages(context, () => ofContext ?? current)
  })
  return {
    ...preparation,
    mark: (requests) => markRequests(requests),
    async begin(name, baseURL) {
      if (baseURL === undefined) throw noBaseUrl()
      const mark = newMark()
      marks.open(mark, name, scope)
      await hub.open(mark, name).catch(throwWithoutStack)
      current = { mark, baseURL, isMarked: markedOrigins(baseURL, Object.values(hub.urls)) }
      return async () => {
        current = undefined
        marks.close(mark)
        await hub.close(mark)
      }
    },
  }
}

function markedOrigins(baseURL: string, mocks: readonly string[]): (url: URL) => boolean {
  const places = new Set([baseURL, ...mocks].map((url) => placeOf(new URL(url))))
  return (url) => places.has(placeOf(url))
}

/** A page may call it localhost or 127.0.0.1. */
function placeOf({ protocol, hostname, port }: URL): string {
  return `${protocol}//${isLoopbackName(hostname) ? 'localhost' : hostname}:${port}`
}

/** By a route, which no other origin ever sees, and for which no browser asks leave (CORS). */
async function markPages(
  context: BrowserContext,
  test: () => MarkedTest | undefined,
): Promise<void> {
  await context.route(
    (url) => test()?.isMarked(url) === true,
    (route) => route.fallback({ headers: withBaggage(route.request().headers(), test()) }),
  )
}

const METHODS = ['delete', 'fetch', 'get', 'head', 'patch', 'post', 'put'] as const

type RequestMethod = (target: string | Request, options?: RequestOptions) => Promise<unknown>

interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>
}

function markApiRequests(requests: APIRequestContext, test: () => MarkedTest | undefined): void {
  const methods = requests as unknown as Record<(typeof METHODS)[number], RequestMethod>
  for (const method of METHODS) {
    const send = methods[method]
    methods[method] = (target, options) => {
      const now = test()
      const url = URL.parse(typeof target === 'string' ? target : target.url(), now?.baseURL)
      const isMarked = now !== undefined && url !== null && now.isMarked(url)
      if (!isMarked) return send.call(requests, target, options)
      const before = options?.headers ?? (typeof target === 'string' ? {} : target.headers())
      const headers = withBaggage(before, now)
      return send.call(requests, target, { ...options, headers })
    }
  }
}

/** Beside the baggage that is there. */
function withBaggage(
  headers: Readonly<Record<string, string>>,
  test: MarkedTest | undefined,
): Record<string, string> {
  if (test === undefined) return { ...headers }
  const name = Object.keys(headers).find((one) => one.toLowerCase() === 'baggage') ?? 'baggage'
  const entry = markEntry(test.mark)
  const before = headers[name]
  return { ...headers, [name]: before === undefined ? entry : `${before},${entry}` }
}

function noBaseUrl(): MockberthError {
  return errorWithoutStack(
    'INVALID_OPTION',
    "mockTest(): app is 'shared', and nothing says where it is. Say it in the config: use: { baseURL: 'http://127.0.0.1:3000' }.",
  )
}
