// Every test here must fail.

import { test } from '../test.ts'

test('makes a request that nothing answers', async ({ apis }) => {
  await fetch(`${apis.github.url}/nowhere`)
})
