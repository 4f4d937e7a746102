import type { ReceivedStep } from './to-have-received-in-order.ts'
import type { ReceivedOptions } from './to-have-received.ts'

/** The matchers for mock APIs, as a runner's `expect()` has them. */
export interface ReceivedMatchers<Result> {
  /**
   * That a mock API has received a request. Assert after the action: once the code under test has
   * read a reply, its exchange is there.
   *
   * @param method in any case: `'GET'`
   * @param path may have `:name` for one segment and `*` for anything, or be a regular expression.
   * The query is not part of it. Any path when it is left out
   * @param options what must be in `query`, `headers` and `body`, with asymmetric matchers anywhere,
   * and exactly how many `times`
   * @example
   * expect(apis.github).toHaveReceived('GET', '/users/octocat')
   * expect(apis.github).toHaveReceived('POST', '/users', {
   *   body: expect.objectContaining({ name: 'Mona' }),
   *   times: 1,
   * })
   */
  toHaveReceived(method: string, path?: string | RegExp, options?: ReceivedOptions): Result
  /**
   * That a mock API has received some requests in this order of arrival, whatever came before,
   * between and after them.
   *
   * @example
   * expect(apis.github).toHaveReceivedInOrder([
   *   ['POST', '/login'],
   *   ['GET', '/me', { query: { full: true } }],
   * ])
   */
  toHaveReceivedInOrder(steps: readonly ReceivedStep[]): Result
}
