import { mockTest } from 'mockberth/playwright'
import mocks from '../fixtures/mocks.ts'

export { expect } from 'mockberth/playwright'

/** Each worker has an app of its own, with the mocks and the database of that worker. */
export const test = mockTest(mocks, { app: { command: ['node', 'src/server.ts'] } })
