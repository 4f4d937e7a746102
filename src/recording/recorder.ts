import { splitTarget, type RequestFacts, type RunningTest } from '../contract/index.ts'
import { targetOf, type Capture, type CapturedBody, type CapturedContent } from './capture.ts'
import type { MatchRules } from './match.ts'
import { requestKey } from './request-key.ts'
import type { Sidecar } from './sidecar.ts'

/** What was recorded before. */
export interface Known {
  /** Fingerprints of the entries of the same request. */
  find(facts: RequestFacts, key: string): readonly string[]
}

/** How what was captured goes into a recording. */
export interface RecorderOptions {
  readonly sidecar: Sidecar
  /** The upstream's. */
  readonly origin: string
  readonly rules: MatchRules
  readonly known: Known
  /** Takes out what nobody may read. */
  readonly redact: (capture: Capture) => Capture
  readonly onlyMissing: boolean
  readonly onlyPassed: boolean
}

/** Writes what an upstream answered, for the recording. */
export interface Recorder {
  /**
   * Resolves when it is written.
   *
   * @param during the tests that were running when the request came
   * @throws when it cannot be written
   */
  record(capture: Capture, during: readonly RunningTest[]): Promise<void>
  /** A test passed: what it recorded is kept. What no test recorded is kept anyway. */
  passed(test: RunningTest): void
  /** @throws when what was recorded cannot be merged */
  close(): Promise<void>
}

export function createRecorder(options: RecorderOptions): Recorder {
  const { sidecar, origin, rules, known, redact, onlyMissing, onlyPassed } = options
  const numbers = new Map<RunningTest, number>()
  const havePassed = new WeakSet<RunningTest>()
  const numberOf = (test: RunningTest): number => {
    const number = numbers.get(test) ?? numbers.size + 1
    numbers.set(test, number)
    return number
  }
  return {
    async record(capture, during) {
      const redacted = redact(capture)
      const facts = factsOf(redacted, rules)
      const key = requestKey(origin, facts, rules)
      sidecar.append({
        type: 'exchange',
        key,
        replaces: onlyMissing ? [] : known.find(facts, key),
        onlyMissing,
        ...(onlyPassed && { onlyIfPassed: during.map(numberOf) }),
        capture: redacted,
      })
      // Its reply may end after its test.
      for (const test of onlyPassed ? during : []) {
        if (havePassed.has(test)) sidecar.append({ type: 'passed', test: numberOf(test) })
      }
      await sidecar.written()
    },
    passed(test) {
      havePassed.add(test)
      if (numbers.has(test)) sidecar.write({ type: 'passed', test: numberOf(test) })
    },
    close: async () => sidecar.close(),
  }
}

function factsOf(capture: CapturedContent, rules: MatchRules): RequestFacts {
  const { path, query } = splitTarget(targetOf(capture.url))
  return rules.normalized(
    {
      method: capture.method,
      path,
      query,
      rawHeaders: capture.requestHeaders,
      body: bytesOf(capture.requestBody),
    },
    `${capture.method} ${path}`,
  )
}

function bytesOf(body: CapturedBody): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array())
}
