import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'

test('lists what was declared', async ({ page }) => {
  await page.goto('/')

  await expect(page.getByRole('listitem')).toHaveText(['Darjeeling', 'Teapot'])
})

for (const name of ['Sencha', 'Assam', 'Oolong', 'Rooibos', 'Matcha', 'Lapsang']) {
  test(`shows ${name}, while others show theirs`, async ({ page, apis }) => {
    apis.catalog.use(
      http.get('/products', () => HttpResponse.json([{ id: '1', name, price: 100 }])),
      http.get('/products/1', () => HttpResponse.json({ id: '1', name, price: 100 })),
    )

    await page.goto('/')
    await page.getByRole('link', { name }).click()

    await expect(page.getByRole('heading')).toHaveText(name)
    await expect(page.getByRole('status')).toHaveText('7 in stock')
    await expect(apis.stock).toHaveReceived('GET', '/stock/1')
  })
}

test('says what is sold out', async ({ page, apis }) => {
  apis.stock.use(http.get('/stock/2', () => HttpResponse.json({ count: 0 })))

  await page.goto('/products/2')

  await expect(page.getByRole('status')).toHaveText('Sold out')
})

test('goes on without the stock while its service is down', async ({ page, apis }) => {
  await apis.stock.stop() // its connections are reset, for this test alone
  await page.goto('/products/2')
  await expect(page.getByRole('heading')).toHaveText('Teapot')
  await expect(page.getByRole('status')).toHaveText('Ask us whether we have it.')

  await apis.stock.start()
  await page.reload()
  await expect(page.getByRole('status')).toHaveText('7 in stock')
})
