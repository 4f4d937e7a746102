import { Hono } from 'hono'
import { addCustomer } from './customers.ts'
import { cancelOrder, ordersOf, placeOrder } from './orders.ts'
import { failurePage, ordersPage, shopPage } from './pages.ts'
import { products } from './products.ts'

export const app = new Hono()

app.get('/', async (context) => context.html(shopPage(await products())))

app.post('/customers', async (context) => {
  const { email, postcode } = await context.req.json()
  return context.json(await addCustomer(email, postcode), 201)
})

app.post('/orders', async (context) => {
  const { email, sku } = await context.req.parseBody<{ email: string; sku: string }>()
  await placeOrder(email, sku)
  return context.redirect(ordersPath(email), 303)
})

app.get('/orders', async (context) => {
  const email = context.req.query('email')!
  return context.html(ordersPage(email, await ordersOf(email)))
})

app.post('/orders/:id/cancel', async (context) => {
  const { email } = await context.req.parseBody<{ email: string }>()
  await cancelOrder(Number(context.req.param('id')))
  return context.redirect(ordersPath(email), 303)
})

app.onError((error, context) => context.html(failurePage(error.message), 409))

function ordersPath(email: string): string {
  return `/orders?email=${encodeURIComponent(email)}`
}
