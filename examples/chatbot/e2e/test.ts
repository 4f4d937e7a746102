import { mockTest } from 'mockberth/playwright'
import mocks from '../fixtures/mocks.ts'

export { expect } from 'mockberth/playwright'

/** Each worker has an app of its own, which calls the mocks of that worker. */
export const test = mockTest(mocks, {
  app: {
    command: ['node', 'src/server.ts'],
    // Any key will do: nothing leaves this machine.
    env: { OPENAI_API_KEY: 'openai-key' },
  },
})
