import { http, HttpResponse } from 'msw'
import { describe, expect } from 'vitest'
import { localPrice } from '../src/prices.ts'
import { test } from './test.ts'

describe('prices', () => {
  test('are shown at the recorded rate', async ({ apis }) => {
    expect(await localPrice(20, 'JPY')).toBe('¥3,200')

    expect(apis.rates.exchanges.map(({ outcome }) => outcome)).toEqual(['replayed'])
  })

  test('follow the rate: the same request again gets the next recorded reply', async () => {
    expect(await localPrice(20, 'USD')).toBe('$25.00')
    expect(await localPrice(20, 'USD')).toBe('$24.00')
    expect(await localPrice(20, 'USD')).toBe('$24.00')
  })

  test('start from the first recorded reply in each test', async () => {
    expect(await localPrice(20, 'USD')).toBe('$25.00')
  })

  test('can be had at a rate that was never recorded', async ({ apis }) => {
    apis.rates.use(http.get('/latest', () => HttpResponse.json({ rates: { GBP: 0.5 } })))

    expect(await localPrice(20, 'GBP')).toBe('£10.00')
  })
})
