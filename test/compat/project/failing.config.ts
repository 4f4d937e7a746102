import { mockberth } from 'mockberth/vitest/plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [mockberth('./mocks.ts')],
        test: { name: 'with the plugin', include: ['failing/*.spec.ts'] },
      },
      {
        test: { name: 'without it', include: ['failing/*.spec.ts'] },
      },
    ],
  },
})
