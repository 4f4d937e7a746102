import { expect, test } from 'vitest'

test('asks the real API', async () => {
  const response = await fetch(`${process.env.ECHO_URL}/one`)
  expect(await response.text()).toBe('said /one')
})
