import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/packed-package.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each file spawns processes of its own; more at once only makes them wait for each other.
    maxWorkers: 2,
  },
})
