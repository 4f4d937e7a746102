import { expect } from 'vitest'
import { test } from '../test.ts'

test('env has the URLs while the mocks run', async ({ apis }) => {
  expect(process.env.GITHUB_API_URL).toBe(apis.github.url)
  expect(process.env.SHOP_URL).toBe(apis.shop.url)
})
