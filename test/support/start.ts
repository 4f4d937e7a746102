import { onTestFinished } from 'vitest'
import {
  defineMocks,
  type Definitions,
  type RunningMocks,
  type StartOptions,
} from '../../src/index.ts'

/** Starts a declaration for one test, by default without touching `process.env`. */
export async function startMocks<Name extends string>(
  definitions: Definitions<Name>,
  options: StartOptions = { env: false },
): Promise<RunningMocks<Name>> {
  const running = await defineMocks(definitions).start(options)
  onTestFinished(() => running.stop())
  return running
}
