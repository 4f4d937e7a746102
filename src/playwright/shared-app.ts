import type { APIRequest } from '@playwright/test'
import { errorWithoutStack, type MockberthError } from '../errors.ts'
import type { JoinedHub } from '../hub/join.ts'
import { newMark } from '../mocks/marks.ts'
import type { RunningSet } from '../mocks/running-set.ts'
import { throwWithoutStack } from '../report/failing-test.ts'
import { isLoopbackName } from '../propagate/loopback.ts'
import { prepareContexts, type ContextPreparation } from './every-context.ts'
import {
  markApiRequests,
  markPages,
  type MarkedTest,
  type RequestDefaults,
} from './marked-requests.ts'

/** An app that the tests of all workers share, as one worker has it. */
export interface SharedApp extends ContextPreparation {
  /**
   * What is asked of the app from now on carries the mark of a test.
   *
   * @param name of the test
   * @param defaults of its requests: where the app is, and headers
   * @returns what ends it
   * @throws `HUB_GONE`, `HUB_REFUSED`, `INVALID_OPTION`
   */
  begin(name: string, defaults: RequestDefaults): Promise<() => Promise<void>>
  /**
   * Has what is made for requests without pages mark them, as contexts with pages do.
   * @returns what ends this
   */
  holdRequests(requests: APIRequest): () => void
}

export function shareApp(hub: JoinedHub, { marks, scope }: RunningSet): SharedApp {
  let current: MarkedTest | undefined
  // What a test has made goes on asking when the next one has begun; what beforeAll made is of each test.
  const belonging = (): (() => MarkedTest | undefined) => {
    const ofContext = current
    return () => ofContext ?? current
  }
  const preparation = prepareContexts(async (context, options) => {
    const test = belonging()
    markApiRequests(context.request, options, test)
    await markPages(context, test)
  })
  return {
    ...preparation,
    holdRequests(requests) {
      const { newContext } = requests
      requests.newContext = async (options) => {
        const test = belonging()
        const context = await newContext.call(requests, options)
        markApiRequests(context, options, test)
        return context
      }
      return () => (requests.newContext = newContext)
    },
    async begin(name, defaults) {
      const isMarked = markedOrigins(defaults.baseURL, Object.values(hub.urls))
      const mark = newMark()
      marks.open(mark, name, scope)
      await hub.open(mark, name).catch(throwWithoutStack)
      current = { ...defaults, mark, isMarked }
      return async () => {
        current = undefined
        marks.close(mark)
        await hub.close(mark)
      }
    },
  }
}

/** @throws `INVALID_OPTION` */
function markedOrigins(
  baseURL: string | undefined,
  mocks: readonly string[],
): (url: URL) => boolean {
  if (!/^https?:/i.test(baseURL ?? '') || !URL.canParse(baseURL!)) throw noBaseUrl(baseURL)
  const places = new Set([baseURL!, ...mocks].map((url) => placeOf(new URL(url))))
  return (url) => places.has(placeOf(url))
}

/** A page may call it localhost or 127.0.0.1. */
function placeOf({ protocol, hostname, port }: URL): string {
  return `${protocol}//${isLoopbackName(hostname) ? 'localhost' : hostname}:${port}`
}

function noBaseUrl(baseURL: string | undefined): MockberthError {
  const said =
    baseURL === undefined ? 'nothing says where it is' : `baseURL is ${JSON.stringify(baseURL)}`
  return errorWithoutStack(
    'INVALID_OPTION',
    `mockTest(): app is 'shared', and ${said}. Say where it is in the config: use: { baseURL: 'http://127.0.0.1:3000' }.`,
  )
}
