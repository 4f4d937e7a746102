import { mockTest } from 'mockberth/vitest'
import mocks from '../fixtures/mocks.ts'

/** Vitest's `test` with the fixture `apis`: the mock APIs of the worker that runs the test. */
export const test = mockTest(mocks)
