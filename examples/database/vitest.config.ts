import { mockberth } from 'mockberth/vitest/plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [mockberth('./fixtures/mocks.ts')],
  test: {
    dir: 'test',
    globalSetup: 'fixtures/template.ts',
    maxWorkers: 4,
    // The first queries of a database in WebAssembly take their time.
    testTimeout: 20_000,
  },
})
