import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'
import { addCustomer } from '../src/customers.ts'
import { cancelOrder, ordersOf, placeOrder } from '../src/orders.ts'
import { products } from '../src/products.ts'
import { test } from './test.ts'

test('who cancels gets the money back, and the shop its teapot', async ({ apis }) => {
  await addCustomer('mona@example.com', '04109')
  const { id } = await placeOrder('mona@example.com', 'teapot')
  await cancelOrder(id)

  expect(apis.payments).toHaveReceived('POST', '/refunds', { body: { payment: 'ch_1' } })
  expect(await products()).toContainEqual(expect.objectContaining({ sku: 'teapot', stock: 1 }))
})

test('an order stays while its payment cannot be given back', async ({ apis }) => {
  apis.payments.use(http.post('/refunds', () => HttpResponse.json({}, { status: 503 })))
  await addCustomer('mona@example.com', '04109')
  const { id } = await placeOrder('mona@example.com', 'teapot')

  await expect(cancelOrder(id)).rejects.toThrow('refused (503)')
  expect(await ordersOf('mona@example.com')).toMatchObject([{ id: 1, status: 'paid' }])
})

test('an order is cancelled once', async ({ apis }) => {
  await addCustomer('mona@example.com', '04109')
  const { id } = await placeOrder('mona@example.com', 'teapot')
  await cancelOrder(id)

  await expect(cancelOrder(id)).rejects.toThrow('There is no such order.')
  expect(apis.payments).toHaveReceived('POST', '/refunds', { times: 1 })
})
