import { mockberth } from 'mockberth/vitest/plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [mockberth('./serviced.ts')],
  test: { include: ['services/*.spec.ts'], fileParallelism: false },
})
