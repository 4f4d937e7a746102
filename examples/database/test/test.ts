import { mockTest } from 'mockberth/vitest'
import mocks from '../fixtures/mocks.ts'

/** Vitest's `test` with the fixtures `apis` and `services`: those of the worker that runs the test. */
export const test = mockTest(mocks)
