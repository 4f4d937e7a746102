import { expect, test } from 'vitest'

test('asks the real API', async () => {
  const response = await fetch(`${process.env.ECHO_URL}/two`)
  expect(await response.text()).toBe('said /two')
})

test('fails, and what it asked is not kept', async () => {
  await fetch(`${process.env.ECHO_URL}/failed`)
  expect(1).toBe(2)
})
