import { mockberth } from 'mockberth/vitest/plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [mockberth('./mocks.ts')],
        test: {
          name: 'with the plugin',
          include: ['suite/*.spec.ts', 'concurrent/*.spec.ts', 'with-plugin/*.spec.ts'],
          setupFiles: ['./setup.ts'],
        },
      },
      {
        test: {
          name: 'without it',
          include: ['suite/*.spec.ts', 'without-plugin/*.spec.ts'],
        },
      },
    ],
  },
})
