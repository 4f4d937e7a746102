import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'

test('shows what was ordered', async ({ page }) => {
  await page.goto('/')

  await expect(page.getByRole('list').getByRole('listitem')).toHaveText([
    /Darjeeling, 200 g\s+shipped/,
    /Teapot, blue\s+open/,
  ])
})

test('shows no orders to a new customer', async ({ page, apis }) => {
  apis.orders.use(http.get('/orders', () => HttpResponse.json([])))

  await page.goto('/')

  await expect(page.getByRole('heading', { name: 'Your orders' })).toBeVisible()
  await expect(page.getByRole('list').getByRole('listitem')).toHaveCount(0)
  await expect(apis.orders).toHaveReceived('GET', '/orders', { query: { customer: '7' } })
})

test('cancels an open order', async ({ page, apis }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Cancel Teapot' }).click()

  await expect(apis.orders).toHaveReceivedInOrder([
    ['PATCH', '/orders/1042'],
    ['GET', '/orders'],
  ])
  await expect(apis.orders).toHaveReceived('PATCH', '/orders/1042', {
    body: { status: 'cancelled' },
  })
})

test('says so when an order cannot be cancelled', async ({ page, apis }) => {
  apis.orders.use(http.patch('/orders/:id', () => HttpResponse.json({}, { status: 409 })))

  await page.goto('/')
  await page.getByRole('button', { name: 'Cancel Teapot' }).click()

  await expect(page.getByRole('alert')).toContainText('That did not work.')
})

test('goes on without orders while their service is down', async ({ page, apis }) => {
  await apis.orders.stop() // connections are refused
  await page.goto('/')
  await expect(page.getByRole('alert')).toHaveText('Orders cannot be shown at the moment.')
  await page.getByLabel('Your question').fill('When do you close?')
  await page.getByRole('button', { name: 'Ask' }).click()
  await expect(page.getByRole('log')).toContainText('We are open until six.')

  await apis.orders.start() // back, on the same port
  await page.reload()
  await expect(page.getByRole('list')).toContainText('Teapot, blue')
})
