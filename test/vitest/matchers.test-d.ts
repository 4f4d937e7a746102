// Checked by `npm run types`: each line below a directive must be an error, every other line none.

import { expect } from 'vitest'
import { defineMocks, type Exchange, type WaitOptions } from '../../src/index.ts'
import {
  mockTest,
  type ReceivedOptions,
  type ReceivedStep,
  type RequestDetails,
} from '../../src/vitest/index.ts'

const test = mockTest(defineMocks({ github: {} }))

test('matchers are there on every expect', async ({ apis: { github }, expect: own }) => {
  const nothing: void = expect(github).toHaveReceived('GET')
  own(github).not.toHaveReceived('GET', '/users')
  expect.soft(github).toHaveReceived('GET', /users/, { times: 1 })
  await expect(Promise.resolve(github)).resolves.toHaveReceivedInOrder([['GET']])
  return nothing
})

test('polling gives a promise', ({ apis }): Promise<void> =>
  expect.poll(() => apis.github).toHaveReceived('GET', '/users'))

test('asymmetric matchers may be anywhere', ({ apis: { github } }) => {
  const details: RequestDetails = {
    query: { page: expect.any(String), tag: ['a', expect.anything()], all: undefined, size: 10 },
    headers: { Accept: expect.stringContaining('json') },
    body: expect.objectContaining({ name: expect.any(String) }),
  }
  const options: ReceivedOptions = { ...details, times: 0 }
  const step: ReceivedStep = ['POST', '/users', details]
  expect(github).toHaveReceived('POST', undefined, options)
  expect(github).toHaveReceivedInOrder([['GET', '/users/:login'], ['DELETE', /x/], step])
})

test('mistakes are found', async ({ apis: { github } }) => {
  // @ts-expect-error -- a misspelt option
  expect(github).toHaveReceived('GET', '/users', { qeury: {} })
  // @ts-expect-error -- a path comes before the options
  expect(github).toHaveReceived('GET', { query: {} })
  // @ts-expect-error -- a method is needed
  expect(github).toHaveReceived()
  // @ts-expect-error -- a number of times
  expect(github).toHaveReceived('GET', '/users', { times: '1' })
  // @ts-expect-error -- a query is given by names
  expect(github).toHaveReceived('GET', '/users', { query: 'page=1' })
  // @ts-expect-error -- a step has no times
  expect(github).toHaveReceivedInOrder([['GET', '/users', { times: 1 }]])
  // @ts-expect-error -- a list of steps
  expect(github).toHaveReceivedInOrder(['GET', '/users'])
})

test('waiting gives an exchange', async ({ apis: { github } }) => {
  const options: WaitOptions = { timeout: 100 }
  const exchange: Exchange = await github.waitFor('GET', '/users/:login', options)
  // @ts-expect-error -- a misspelt option
  await github.waitFor('GET', '/users', { timeuot: 100 })
  return exchange
})
