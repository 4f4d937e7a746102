import Stripe from 'stripe'
import { findOrder, markAsPaid } from './orders.ts'

const stripe = new Stripe(process.env.STRIPE_API_KEY ?? '', {
  host: process.env.STRIPE_HOST ?? 'api.stripe.com',
  port: process.env.STRIPE_PORT ?? 443,
  protocol: process.env.STRIPE_PROTOCOL === 'http' ? 'http' : 'https',
})

/** Charges the card for an order, once, however often it has to try. */
export async function payOrder(id: string, card: string): Promise<string> {
  const order = await findOrder(id)
  if (order === undefined) return `There is no order ${id}.`
  try {
    const payment = await stripe.paymentIntents.create(
      { amount: order.total, currency: order.currency, payment_method: card, confirm: true },
      { idempotencyKey: `order-${id}` },
    )
    await markAsPaid(id, payment.id)
    return 'Thank you!'
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) return error.message
    throw error
  }
}
