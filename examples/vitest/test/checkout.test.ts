import { http, HttpResponse } from 'msw'
import { describe, expect } from 'vitest'
import { payOrder } from '../src/checkout.ts'
import { test } from './test.ts'

describe('the checkout', () => {
  test('charges what the order costs, and marks it as paid', async ({ apis }) => {
    expect(await payOrder('42', 'pm_card_visa')).toBe('Thank you!')

    const charge = apis.stripe.find('POST', '/v1/payment_intents')
    expect(charge?.request.headers.get('authorization')).toBe('Bearer stripe-key')
    expect(charge?.request.headers.get('idempotency-key')).toBe('order-42')
    expect(Object.fromEntries(new URLSearchParams(charge?.request.text()))).toEqual({
      amount: '1999',
      currency: 'eur',
      payment_method: 'pm_card_visa',
      confirm: 'true',
    })
    const update = apis.orders.find('PATCH', '/orders/42')
    expect(update?.request.json()).toEqual({ status: 'paid', payment: 'pi_1' })
  })

  test('says why a card was declined, and leaves the order open', async ({ apis }) => {
    apis.stripe.use(
      http.post('/v1/payment_intents', () =>
        HttpResponse.json(
          {
            error: {
              type: 'card_error',
              code: 'card_declined',
              message: 'Your card was declined.',
            },
          },
          { status: 402 },
        ),
      ),
    )

    expect(await payOrder('42', 'pm_card_declined')).toBe('Your card was declined.')
    expect(apis.orders.find('PATCH')).toBeUndefined()
  })

  test('charges once when the connection breaks on the way', async ({ apis }) => {
    apis.stripe.use(http.post('/v1/payment_intents', () => HttpResponse.error(), { once: true }))

    expect(await payOrder('42', 'pm_card_visa')).toBe('Thank you!')

    const [broken, repeated] = apis.stripe.exchanges
    expect(broken?.response).toBeUndefined()
    expect(repeated?.response?.status).toBe(200)
    // By the same key Stripe knows that it is the same charge.
    for (const { request } of apis.stripe.exchanges) {
      expect(request.headers.get('idempotency-key')).toBe('order-42')
    }
  })

  test('charges nothing for an order that does not exist', async ({ apis }) => {
    apis.orders.use(http.get('/orders/7', () => new HttpResponse(null, { status: 404 })))

    expect(await payOrder('7', 'pm_card_visa')).toBe('There is no order 7.')
    expect(apis.stripe.exchanges).toEqual([])
  })
})
