import { http, HttpResponse } from 'msw'
import { describe, expect } from 'vitest'
import { findOrder, markAsPaid, openOrdersNotice } from '../src/orders.ts'
import { test } from './test.ts'

describe('orders', () => {
  test('are found by their id', async () => {
    expect(await findOrder('42')).toEqual({
      id: '42',
      total: 1999,
      currency: 'eur',
      status: 'open',
    })
  })

  test('may not exist', async ({ apis }) => {
    apis.orders.use(http.get('/orders/7', () => new HttpResponse(null, { status: 404 })))

    expect(await findOrder('7')).toBeUndefined()
  })

  test('are marked as paid by their payment', async ({ apis }) => {
    await markAsPaid('42', 'pi_1')

    expect(apis.orders).toHaveReceived('PATCH', '/orders/42', {
      headers: { 'x-client': 'shop' },
      body: { status: 'paid', payment: 'pi_1' },
    })
  })

  test('are counted while they are open', async ({ apis }) => {
    expect(await openOrdersNotice()).toBe('2 open orders')

    expect(apis.orders).toHaveReceived('GET', '/orders', { query: { status: 'open' } })
  })
})
