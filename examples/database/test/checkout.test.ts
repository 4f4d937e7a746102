import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'
import { addCustomer } from '../src/customers.ts'
import { ordersOf, placeOrder } from '../src/orders.ts'
import { products } from '../src/products.ts'
import { test } from './test.ts'

test('an order is paid, and kept', async ({ apis }) => {
  await addCustomer('mona@example.com', '04109')
  await placeOrder('mona@example.com', 'teapot')

  expect(apis.payments).toHaveReceived('POST', '/charges', {
    body: { email: 'mona@example.com', amount: 3200 },
  })
  expect(await ordersOf('mona@example.com')).toEqual([
    { id: 1, product: 'teapot', payment: 'ch_1', status: 'paid' },
  ])
})

test('what is not paid is not taken from the stock', async ({ apis }) => {
  apis.payments.use(http.post('/charges', () => HttpResponse.json({}, { status: 402 })))
  await addCustomer('mona@example.com', '04109')

  await expect(placeOrder('mona@example.com', 'teapot')).rejects.toThrow('refused (402)')
  expect(await products()).toContainEqual(expect.objectContaining({ sku: 'teapot', stock: 1 }))
  expect(await ordersOf('mona@example.com')).toEqual([])
})
