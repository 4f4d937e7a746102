import { defineConfig } from 'tsdown'

/** It needs some of what the mocks do, but not node:http and node:crypto, which take longest to load. */
const LIGHT = 'cli/check.ts'

/** Mocks that replay load it when they start. */
const REPLAY = 'mocks/recordings.ts'

/** What tests load before they begin is in few files: those are loaded faster than many. */
const groups = [
  // What is loaded into the processes of others comes without the rest.
  chunk('baggage', (isNeededBy) => isNeededBy('index.ts') && isNeededBy('propagate/index.ts')),
  chunk('shared', (isNeededBy) => isNeededBy('index.ts') && isNeededBy(LIGHT)),
  chunk('mocks', (isNeededBy) => isNeededBy('index.ts')),
  chunk('archives', (isNeededBy) => isNeededBy(REPLAY) && isNeededBy(LIGHT)),
  // The process that owns a run replays nothing.
  chunk('saving', (isNeededBy) => isNeededBy(REPLAY) && isNeededBy('run/finish.ts')),
  chunk('replay', (isNeededBy) => isNeededBy(REPLAY)),
  chunk('tests', (isNeededBy) => ['playwright/index.ts', 'vitest/setup.ts'].every(isNeededBy)),
]

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
  outputOptions: { codeSplitting: { groups } },
  dts: true,
  publint: true,
  attw: { profile: 'esm-only' },
})

/** What tells who imports a file at once, and not later. */
interface Graph {
  getModuleInfo(file: string): { readonly importers: readonly string[] } | null
}

interface Group {
  readonly name: (file: string, graph: Graph) => string | null
  readonly debugName: string
}

/** The files of src/ that are in a chunk, and in none of those before it, by the entries that need them. */
function chunk(name: string, isIn: (isNeededBy: (entry: string) => boolean) => boolean): Group {
  return {
    name: (file, graph) => (isIn((entry) => isNeeded(file, entry, graph)) ? name : null),
    debugName: name,
  }
}

function isNeeded(file: string, entry: string, graph: Graph): boolean {
  const { importers } = graph.getModuleInfo(file)!
  return file.endsWith(`/src/${entry}`) || importers.some((each) => isNeeded(each, entry, graph))
}
