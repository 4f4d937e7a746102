import { describe, expect } from 'vitest'
import { offer, productsOf } from '../src/products.ts'
import { test } from './test.ts'

// Recorded from a real server with `npm run record`, and replayed ever since.
describe('products', () => {
  test('come page by page: the links that were recorded lead on in the mock', async ({ apis }) => {
    const names = (await productsOf('kitchen')).map(({ name }) => name)

    expect(names).toEqual(['Teapot', 'Cutting board', 'Whisk', 'Colander', 'Ladle'])
    expect(apis.products.exchanges).toHaveLength(3)
  })

  test('are put on offer', async ({ apis }) => {
    expect(await offer('Sieve', 'kitchen', 11)).toBe(8)

    expect(apis.products).toHaveReceived('POST', '/products', {
      headers: { authorization: 'Bearer products-token-3f9a1c7e5b2d' },
      body: { name: 'Sieve', kind: 'kitchen', price: 11 },
    })
  })
})
