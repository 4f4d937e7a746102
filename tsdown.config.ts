import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'cli/index': 'src/cli/index.ts',
    'playwright/index': 'src/playwright/index.ts',
    'playwright/reporter': 'src/playwright/reporter.ts',
    'msw/index': 'src/msw/index.ts',
    'propagate/index': 'src/propagate/index.ts',
    'process/guard': 'src/process/guard.ts',
    'vitest/index': 'src/vitest/index.ts',
    'vitest/plugin': 'src/vitest/plugin.ts',
    'vitest/setup': 'src/vitest/setup.ts',
  },
  format: 'esm',
  target: 'node22',
  fixedExtension: false,
  dts: true,
  publint: true,
  attw: { profile: 'esm-only' },
})
