import { expect, test } from 'vitest'
import type { MockApi } from '../../../src/index.ts'
import { apiAsked } from './failure.ts'

interface Untyped {
  toHaveReceived(...args: readonly unknown[]): void
  toHaveReceivedInOrder(...args: readonly unknown[]): void
}

/** For what the types refuse. */
const expectUntyped = expect as unknown as (api: unknown) => Untyped & { readonly not: Untyped }

/** What an assertion throws when it is none, with `.not` as well. */
function refusalOf(api: MockApi, matcher: keyof Untyped, args: readonly unknown[]): object {
  const refusals = [expectUntyped(api), expectUntyped(api).not].map((assertion) => {
    try {
      assertion[matcher](...args)
      return undefined
    } catch (error) {
      const { name, code, message } = error as Error & { code: string }
      return { name, code, message }
    }
  })
  expect(refusals[0]).toEqual(refusals[1])
  return refusals[0]!
}

const METHOD = "it takes a method such as 'GET'."
const PATH = "it takes a path such as '/users/:id', or a regular expression."
const NAMED = 'it takes an object of names and values.'
const VALUE =
  'it takes text, a number or boolean, a list of them, undefined where it must be absent, or an asymmetric matcher such as expect.stringMatching(/x/).'
const BODY =
  'it takes a JSON value, text, bytes (Uint8Array), form fields (URLSearchParams), or an asymmetric matcher.'
const TIMES = 'it takes a whole number from 0 on.'

test.for<[readonly unknown[], string]>([
  [[], `method got undefined; ${METHOD}`],
  [['GET /users'], `method got "GET /users"; ${METHOD}`],
  [[''], `method got ""; ${METHOD}`],
  [['GET', { query: {} }], `path got {"query":{}}; ${PATH}`],
  [['GET', 'users'], `path got "users"; ${PATH}`],
  [
    ['GET', '/users?page=1'],
    `path got "/users?page=1"; it takes a path without a query; that has its own option: { query: { page: '1' } }.`,
  ],
  [['GET', '/', 'x'], 'the options got "x"; it takes an object.'],
  [['GET', '/', null], 'the options got null; it takes an object.'],
  [['GET', '/', []], 'the options got []; it takes an object.'],
  [['GET', '/', { query: 'page=1' }], `query got "page=1"; ${NAMED}`],
  [['GET', '/', { query: new URLSearchParams('a=1') }], `query got a URLSearchParams; ${NAMED}`],
  [['GET', '/', { headers: [['accept', 'x']] }], `headers got [["accept","x"]]; ${NAMED}`],
  [['GET', '/', { headers: null }], `headers got null; ${NAMED}`],
  [['GET', '/', { query: { page: /1/ } }], `query.page got /1/; ${VALUE}`],
  [['GET', '/', { query: { page: null } }], `query.page got null; ${VALUE}`],
  [['GET', '/', { headers: { accept: { a: 1 } } }], `headers.accept got {"a":1}; ${VALUE}`],
  [['GET', '/', { headers: { accept: [undefined] } }], `headers.accept got [undefined]; ${VALUE}`],
  [['GET', '/', { body: () => {} }], `body got a function; ${BODY}`],
  [['GET', '/', { body: new FormData() }], `body got a FormData; ${BODY}`],
  [['GET', '/', { body: new Map() }], `body got a Map; ${BODY}`],
  [['GET', '/', { body: /x/ }], `body got /x/; ${BODY}`],
  [['GET', '/', { body: 1n }], `body got 1n; ${BODY}`],
  [['GET', '/', { times: -1 }], `times got -1; ${TIMES}`],
  [['GET', '/', { times: Number.NaN }], `times got NaN; ${TIMES}`],
  [['GET', '/', { times: 1.5 }], `times got 1.5; ${TIMES}`],
  [['GET', '/', { times: '1' }], `times got "1"; ${TIMES}`],
])('toHaveReceived(…): $1', async ([args, text]) => {
  const api = await apiAsked([['/']])
  expect(refusalOf(api, 'toHaveReceived', args)).toEqual({
    name: 'MockberthError',
    code: 'INVALID_OPTION',
    message: `toHaveReceived(): ${text}`,
  })
})

test.for<[readonly unknown[], string]>([
  [[], "steps got undefined; it takes a list of requests: [['POST', '/login'], ['GET', '/me']]."],
  [[[]], "steps got []; it takes a list of requests: [['POST', '/login'], ['GET', '/me']]."],
  [
    [['GET', '/me']],
    `step 1 got "GET"; it takes a list of method, path and options: ['GET', '/me'].`,
  ],
  [[[['GET'], ['GET', 'me']]], `step 2: path got "me"; ${PATH}`],
])('toHaveReceivedInOrder(…): $1', async ([args, text]) => {
  const api = await apiAsked([['/']])
  expect(refusalOf(api, 'toHaveReceivedInOrder', args)).toEqual({
    name: 'MockberthError',
    code: 'INVALID_OPTION',
    message: `toHaveReceivedInOrder(): ${text}`,
  })
})

test('options that there are not are refused', async () => {
  const api = await apiAsked([['/']])
  expect(refusalOf(api, 'toHaveReceived', ['GET', '/', { qeury: {} }])).toEqual({
    name: 'MockberthError',
    code: 'UNKNOWN_OPTION',
    message: 'toHaveReceived() has no option "qeury"; it has query, headers, body, times.',
  })
  expect(refusalOf(api, 'toHaveReceivedInOrder', [[['GET', '/', { times: 1 }]]])).toEqual({
    name: 'MockberthError',
    code: 'UNKNOWN_OPTION',
    message: 'toHaveReceivedInOrder(): step 1 has no option "times"; it has query, headers, body.',
  })
})

test('what is no mock API is refused, and the one inside it named', async () => {
  const api = await apiAsked([])
  const takes = 'toHaveReceived() takes a mock API: expect(apis.'
  for (const [value, text] of [
    [undefined, `${takes}github). In expect() there is undefined.`],
    ['github', `${takes}github). In expect() there is "github".`],
    [{ shop: api }, `${takes}shop). In expect() there is an object that is none.`],
    [Promise.resolve(api), `${takes}github). In expect() there is an object that is none.`],
  ] as const) {
    expect(() => expectUntyped(value).toHaveReceived('GET')).toThrow(
      expect.objectContaining({ name: 'MockberthError', code: 'INVALID_OPTION', message: text }),
    )
  }
  expect(() => expectUntyped([]).toHaveReceivedInOrder([['GET']])).toThrow(
    'toHaveReceivedInOrder() takes a mock API',
  )
})
