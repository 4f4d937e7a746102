import type { APIRequestContext, APIResponse, BrowserContext } from '@playwright/test'
import { markEntry } from '../propagate/baggage.ts'

/** What of the options of a context its requests are made of. */
export interface RequestDefaults {
  readonly baseURL?: string | undefined
  readonly extraHTTPHeaders?: Readonly<Record<string, string>> | undefined
}

/** The test that runs now. */
export interface MarkedTest extends RequestDefaults {
  readonly mark: string
  /** Whether a request goes to the app, or to a mock that it handed to a page. */
  isMarked(url: URL): boolean
}

/** By a route, which no other origin ever sees, and for which no browser asks leave (CORS). */
export async function markPages(
  context: BrowserContext,
  test: () => MarkedTest | undefined,
): Promise<void> {
  await context.route(
    (url) => test()?.isMarked(url) === true,
    (route) => route.fallback({ headers: withBaggage(route.request().headers(), test()) }),
  )
}

/** @param defaults those that were said of it: it has the others from the config */
export function markApiRequests(
  requests: APIRequestContext,
  defaults: RequestDefaults = {},
  test: () => MarkedTest | undefined,
): void {
  const { fetch } = requests
  // All its other methods call this one.
  const fetchMarked: Fetch = (target, options) => {
    const now = test()
    const baseURL = defaults.baseURL ?? now?.baseURL
    const extraHTTPHeaders = defaults.extraHTTPHeaders ?? now?.extraHTTPHeaders
    const url = URL.parse(typeof target === 'string' ? target : target.url(), baseURL)
    const isMarked = now !== undefined && url !== null && now.isMarked(url)
    if (!isMarked) return fetch.call(requests, target, options)
    const own = options?.headers ?? (typeof target === 'string' ? {} : target.headers())
    const headers = withBaggage(own, now, extraHTTPHeaders)
    return fetch.call(requests, target, { ...options, headers })
  }
  requests.fetch = fetchMarked as APIRequestContext['fetch']
}

type Fetch = (...args: Parameters<APIRequestContext['fetch']>) => Promise<APIResponse>

/**
 * Beside the baggage that is there.
 *
 * @param defaults what is sent where the headers have nothing of the name
 */
function withBaggage(
  headers: Readonly<Record<string, string>>,
  test: MarkedTest | undefined,
  defaults: Readonly<Record<string, string>> = {},
): Record<string, string> {
  if (test === undefined) return { ...headers }
  const entry = markEntry(test.mark)
  const [name, others] = findBaggage(headers) ?? findBaggage(defaults) ?? ['baggage']
  return { ...headers, [name]: others === undefined ? entry : `${others},${entry}` }
}

function findBaggage(
  headers: Readonly<Record<string, string>>,
): readonly [name: string, value?: string] | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === 'baggage')
}
