import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['suite/*.spec.ts', 'concurrent/*.spec.ts', 'without-plugin/*.spec.ts'] },
})
