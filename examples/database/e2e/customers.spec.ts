import postgres from 'postgres'
import { expect, test } from './test.ts'

const CUSTOMER = { email: 'mona@example.com', postcode: '04109' }

test('a customer is kept with the city that the addresses API knows', async ({
  request,
  apis,
  services,
}) => {
  await request.post('/customers', { data: CUSTOMER })

  await expect(apis.addresses).toHaveReceived('GET', '/postcodes/04109')
  const sql = postgres(services.database.url, { max: 1 })
  expect(await sql`select * from customers`).toEqual([
    { id: 1, email: 'mona@example.com', city: 'Leipzig' },
  ])
  await sql.end()
})

test('an e-mail address is taken once', async ({ request }) => {
  expect((await request.post('/customers', { data: CUSTOMER })).status()).toBe(201)
  expect((await request.post('/customers', { data: CUSTOMER })).status()).toBe(409)
})

test('nobody has ordered at first', async ({ request }) => {
  const page = await (await request.get('/orders?email=mona@example.com')).text()

  expect(page).not.toContain('<li>')
})
