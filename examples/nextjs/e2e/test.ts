import { mockTest } from 'mockberth/playwright'
import mocks from '../fixtures/mocks.ts'

export { expect } from 'mockberth/playwright'
export const test = mockTest(mocks, { app: 'shared' })
