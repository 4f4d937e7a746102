import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'
import { addCustomer } from '../src/customers.ts'
import { test } from './test.ts'

test('a customer lives where the addresses API says', async ({ apis }) => {
  apis.addresses.use(http.get('/postcodes/99084', () => HttpResponse.json({ city: 'Erfurt' })))

  expect(await addCustomer('mona@example.com', '99084')).toEqual({
    id: 1,
    email: 'mona@example.com',
    city: 'Erfurt',
  })
})

test('an e-mail address is taken once', async () => {
  await addCustomer('mona@example.com', '04109')

  await expect(addCustomer('mona@example.com', '04109')).rejects.toMatchObject({
    constraint_name: 'customers_email_key',
  })
})
