import { expect, test } from 'vitest'
import { defineMocks } from '../src/index.ts'

test('an error is itself also where a program has stacks of another kind', () => {
  const { prepareStackTrace } = Error
  Error.prepareStackTrace = (_, frames) => frames
  let code: unknown
  try {
    defineMocks({ api: { nothing: 1 } } as never)
  } catch (error) {
    code = (error as { code?: unknown }).code
  } finally {
    Error.prepareStackTrace = prepareStackTrace!
  }
  expect(code).toBe('UNKNOWN_OPTION')
})
