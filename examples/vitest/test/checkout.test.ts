import { http, HttpResponse } from 'msw'
import { describe, expect } from 'vitest'
import { payOrder } from '../src/checkout.ts'
import { test } from './test.ts'

describe('the checkout', () => {
  test('charges what the order costs, and marks it as paid', async ({ apis }) => {
    expect(await payOrder('42', 'pm_card_visa')).toBe('Thank you!')

    expect(apis.stripe).toHaveReceived('POST', '/v1/payment_intents', {
      headers: { authorization: 'Bearer stripe-key', 'idempotency-key': 'order-42' },
      body: new URLSearchParams({
        amount: '1999',
        currency: 'eur',
        payment_method: 'pm_card_visa',
        confirm: 'true',
      }),
    })
    expect(apis.orders).toHaveReceived('PATCH', '/orders/42', {
      body: { status: 'paid', payment: 'pi_1' },
    })
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
    expect(apis.orders).not.toHaveReceived('PATCH')
  })

  test('charges once when the connection breaks on the way', async ({ apis }) => {
    apis.stripe.use(http.post('/v1/payment_intents', () => HttpResponse.error(), { once: true }))

    expect(await payOrder('42', 'pm_card_visa')).toBe('Thank you!')

    const [broken, repeated] = apis.stripe.exchanges
    expect(broken?.response).toBeUndefined()
    expect(repeated?.response?.status).toBe(200)
    // By the same key Stripe knows that it is the same charge.
    expect(apis.stripe).toHaveReceived('POST', '/v1/payment_intents', {
      headers: { 'idempotency-key': 'order-42' },
      times: 2,
    })
  })

  test('charges nothing for an order that does not exist', async ({ apis }) => {
    apis.orders.use(http.get('/orders/7', () => new HttpResponse(null, { status: 404 })))

    expect(await payOrder('7', 'pm_card_visa')).toBe('There is no order 7.')
    expect(apis.stripe.exchanges).toEqual([])
  })
})
