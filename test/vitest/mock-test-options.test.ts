import { expect, test } from 'vitest'
import { defineMocks } from '../../src/index.ts'
import { mockTest } from '../../src/vitest/index.ts'

test.for([
  [null, 'INVALID_OPTION', 'mockTest(): the options got null; it takes an object.'],
  [{ bse: undefined }, 'UNKNOWN_OPTION', 'mockTest() has no option "bse"; it has base.'],
  [
    { base: 3 },
    'INVALID_OPTION',
    'mockTest(): base got 3; it takes a `test` with fixtures of your own.',
  ],
] as const)('mockTest(mocks, %j) is refused', ([options, code, message]) => {
  expect(() => mockTest(defineMocks({}), options as never)).toThrow(
    expect.objectContaining({ code, message }),
  )
})
