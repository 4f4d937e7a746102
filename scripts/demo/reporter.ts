import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'
import { FACTS_FILE, type FileFacts } from './facts.ts'

/** Writes down what happened in the example's Vitest, for the demo to print. */
export default class FactsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    writeFileSync(process.env[FACTS_FILE]!, JSON.stringify(modules.map(factsOf)))
  }
}

function factsOf(module: TestModule): FileFacts {
  return {
    file: module.relativeModuleId,
    worker: module.meta().demo,
    tests: [...module.children.allTests()].map((test) => ({
      name: test.fullName.replaceAll(' > ', ' '),
      state: test.result().state,
      time: test.diagnostic()?.duration ?? 0,
    })),
  }
}
