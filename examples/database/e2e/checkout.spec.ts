import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'

test.beforeEach(async ({ request }) => {
  const customer = { email: 'mona@example.com', postcode: '04109' }
  expect((await request.post('/customers', { data: customer })).status()).toBe(201)
})

test('a customer orders on the page, and cancels', async ({ page, apis }) => {
  await page.goto('/')
  await page.getByLabel('E-mail').fill('mona@example.com')
  await page.getByRole('button', { name: 'Order Teapot, blue' }).click()

  await expect(page.getByRole('listitem')).toContainText('1: teapot, paid')
  await expect(apis.payments).toHaveReceived('POST', '/charges', {
    body: { email: 'mona@example.com', amount: 3200 },
  })

  await page.getByRole('button', { name: 'Cancel' }).click()

  await expect(page.getByRole('listitem')).toContainText('1: teapot, cancelled')
  await expect(apis.payments).toHaveReceived('POST', '/refunds', { body: { payment: 'ch_1' } })
})

test('the first order of a test is number 1', async ({ request }) => {
  const form = { email: 'mona@example.com', sku: 'darjeeling' }
  const reply = await request.post('/orders', { form })

  expect(await reply.text()).toContain('1: darjeeling, paid')
})

test('what is not paid is not taken from the stock', async ({ request, apis }) => {
  apis.payments.use(http.post('/charges', () => HttpResponse.json({}, { status: 402 })))
  const form = { email: 'mona@example.com', sku: 'teapot' }

  expect((await request.post('/orders', { form })).status()).toBe(409)
  expect(await (await request.get('/')).text()).toContain('Teapot, blue, 1 left')
})
