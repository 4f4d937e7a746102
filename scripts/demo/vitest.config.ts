// The config of the project in the current folder, and what lets the demo see what happens there.

import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { defineConfig, mergeConfig } from 'vitest/config'
import FactsReporter from './reporter.ts'

const { default: project } = await import(pathToFileURL(resolve('vitest.config.ts')).href)

export default mergeConfig(
  project,
  defineConfig({
    test: {
      setupFiles: [fileURLToPath(new URL('./setup.ts', import.meta.url))],
      reporters: ['default', new FactsReporter()],
    },
  }),
)
