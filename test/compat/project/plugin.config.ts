import { mockberth } from 'mockberth/vitest/plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [mockberth('./mocks.ts')],
  test: {
    include: ['suite/*.spec.ts', 'concurrent/*.spec.ts', 'with-plugin/*.spec.ts'],
    setupFiles: ['./setup.ts'],
  },
})
