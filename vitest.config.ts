import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Where Node keeps what it has compiled of runners, and of our own TypeScript: tests start them again and again. */
const compiled = fileURLToPath(new URL('.projects/compiled', import.meta.url))

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/packed-package.ts'],
    // Tests that record do so in CI too; those about CI set it.
    env: { CI: '', NODE_COMPILE_CACHE: compiled },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes late on a machine that has much else to do.
    expect: { poll: { timeout: 20_000 } },
    // Each file spawns processes of its own; more at once only makes them wait for each other.
    maxWorkers: 2,
  },
})
