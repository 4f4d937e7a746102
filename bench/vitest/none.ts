import { expect, test } from 'vitest'

test('asks nothing', () => {
  expect({ id: '7' }).toEqual({ id: '7' })
})
