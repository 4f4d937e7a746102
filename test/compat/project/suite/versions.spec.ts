import { createRequire } from 'node:module'
import { expect, test } from 'vitest'

test('the installed Node runs this', () => {
  const { version } = createRequire(import.meta.url)('node/package.json') as { version: string }
  expect(process.versions.node).toBe(version)
})
