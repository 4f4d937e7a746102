import postgres from 'postgres'
import { expect } from 'vitest'
import { addCustomer } from '../src/customers.ts'
import { ordersOf, placeOrder } from '../src/orders.ts'
import { test } from './test.ts'

test('orders are listed in the order in which they came', async () => {
  await addCustomer('mona@example.com', '04109')
  await placeOrder('mona@example.com', 'teapot')
  await placeOrder('mona@example.com', 'darjeeling')

  expect((await ordersOf('mona@example.com')).map(({ id, product }) => [id, product])).toEqual([
    [1, 'teapot'],
    [2, 'darjeeling'],
  ])
})

test('an order of long ago is still listed', async ({ services }) => {
  await addCustomer('mona@example.com', '04109')
  // What the code under test has no function for, a test writes itself.
  const sql = postgres(services.database.url, { max: 1 })
  await sql`insert into orders (customer, product, payment) values (1, 'darjeeling', 'ch_0')`
  await sql.end()

  expect(await ordersOf('mona@example.com')).toMatchObject([{ id: 1, payment: 'ch_0' }])
})
