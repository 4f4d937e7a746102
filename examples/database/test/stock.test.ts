import { expect } from 'vitest'
import { addCustomer } from '../src/customers.ts'
import { placeOrder } from '../src/orders.ts'
import { products } from '../src/products.ts'
import { test } from './test.ts'

test('of two who want the last teapot at once, one gets it, and one pays', async ({ apis }) => {
  await addCustomer('mona@example.com', '04109')
  await addCustomer('hubot@example.com', '04109')

  const orders = await Promise.allSettled([
    placeOrder('mona@example.com', 'teapot'),
    placeOrder('hubot@example.com', 'teapot'),
  ])

  expect(orders.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(apis.payments).toHaveReceived('POST', '/charges', { times: 1 })
})

test('there is something of everything before anybody orders', async () => {
  expect((await products()).map(({ sku, stock }) => [sku, stock])).toEqual([
    ['darjeeling', 5],
    ['teapot', 1],
  ])
})
