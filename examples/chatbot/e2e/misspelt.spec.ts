import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'

// Fails: the app writes `cancelled`.
test('cancels an order, spelt otherwise', async ({ page, apis }) => {
  apis.orders.use(
    http.get('/orders', () => HttpResponse.json([{ id: '1', item: 'Sencha', status: 'open' }])),
  )

  await page.goto('/')
  await page.getByRole('button', { name: 'Cancel Sencha' }).click()

  await expect(apis.orders).toHaveReceived('PATCH', '/orders/1', {
    body: { status: 'canceled' },
    timeout: 1000,
  })
})
