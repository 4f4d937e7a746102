import { writeFileSync } from 'node:fs'
import { mockberth } from 'mockberth/vitest/plugin'
import { defineConfig } from 'vitest/config'
import type { Reporter } from 'vitest/node'

const { BENCH_RESULT, BENCH_KIND } = process.env

/** Writes how many milliseconds a file took, of those that ran one after the other. */
function timeWriter(): Reporter {
  let start = 0
  return {
    onTestRunStart() {
      start = performance.now()
    },
    onTestRunEnd(files) {
      writeFileSync(BENCH_RESULT!, JSON.stringify((performance.now() - start) / files.length))
    },
  }
}

export default defineConfig({
  plugins: BENCH_KIND === 'mockberth' ? [mockberth('./mocks.ts')] : [],
  test: {
    include: [`.projects/${BENCH_KIND}/*.test.ts`],
    maxWorkers: 1,
    reporters: ['minimal', timeWriter()],
  },
})
