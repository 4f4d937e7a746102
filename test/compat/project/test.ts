import { mockTest } from 'mockberth/vitest'
import { test as base } from 'vitest'
import mocks from './mocks.ts'

const withUser = base.extend<{ user: string }>({
  // Vitest reads the names of what a fixture needs from its pattern.
  // oxlint-disable-next-line no-empty-pattern
  user: async ({}, use) => {
    await use('octocat')
  },
})

/** The fixtures of this project, with the mock APIs on top. */
export const test = mockTest(mocks, { base: withUser })
