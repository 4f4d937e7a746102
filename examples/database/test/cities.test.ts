import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'
import { addCustomer, customersByCity } from '../src/customers.ts'
import { test } from './test.ts'

test('customers are counted by city', async ({ apis }) => {
  apis.addresses.use(http.get('/postcodes/99084', () => HttpResponse.json({ city: 'Erfurt' })))
  await addCustomer('mona@example.com', '04109')
  await addCustomer('hubot@example.com', '99084')
  await addCustomer('octocat@example.com', '04109')

  expect(await customersByCity()).toEqual([
    { city: 'Leipzig', customers: 2 },
    { city: 'Erfurt', customers: 1 },
  ])
})

test('nobody lives where there is no such postcode', async ({ apis }) => {
  apis.addresses.use(http.get('/postcodes/0', () => HttpResponse.json({}, { status: 404 })))

  await expect(addCustomer('mona@example.com', '0')).rejects.toThrow('There is no postcode 0.')
  expect(await customersByCity()).toEqual([])
})
