import { createHash } from 'node:crypto'
import type { RunningTest } from '../contract/index.ts'
import { targetOf, type Capture, type CapturedBody, type CapturedContent } from './capture.ts'
import { toHarEntry } from './har-entry.ts'
import type { MatchRules, RequestFacts } from './match.ts'
import type { Sidecar } from './sidecar.ts'

/** What was recorded before of the same request. */
export interface Known {
  /** Fingerprints of the entries. */
  find(facts: RequestFacts): readonly string[]
}

/** How what was captured goes into a recording. */
export interface RecorderOptions {
  readonly sidecar: Sidecar
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
   * Returns when it is written.
   *
   * @param during the tests that were running when the request came
   * @throws when it cannot be written
   */
  record(capture: Capture, during: readonly RunningTest[]): void
  /** A test passed: what it recorded is kept. What no test recorded is kept anyway. */
  passed(test: RunningTest): void
  /** @throws when what was recorded cannot be merged */
  close(): Promise<void>
}

export function createRecorder(options: RecorderOptions): Recorder {
  const { sidecar, rules, known, redact, onlyMissing, onlyPassed } = options
  const numbers = new Map<RunningTest, number>()
  const numberOf = (test: RunningTest): number => {
    const number = numbers.get(test) ?? numbers.size + 1
    numbers.set(test, number)
    return number
  }
  return {
    record(capture, during) {
      const redacted = redact(capture)
      const facts = factsOf(redacted, rules)
      sidecar.append({
        type: 'entry',
        key: keyOf(facts, rules),
        replaces: onlyMissing ? [] : known.find(facts),
        onlyMissing,
        ...(onlyPassed && { onlyIfPassed: during.map(numberOf) }),
        entry: toHarEntry(redacted),
      })
    },
    passed(test) {
      const number = numbers.get(test)
      if (number !== undefined) sidecar.append({ type: 'passed', test: number })
    },
    close: async () => sidecar.close(),
  }
}

function factsOf(capture: CapturedContent, rules: MatchRules): RequestFacts {
  const target = targetOf(capture.url)
  const queryAt = target.indexOf('?')
  const path = queryAt < 0 ? target : target.slice(0, queryAt)
  return rules.normalized(
    {
      method: capture.method,
      path,
      query: queryAt < 0 ? '' : target.slice(queryAt + 1),
      rawHeaders: capture.requestHeaders,
      body: bytesOf(capture.requestBody),
    },
    `${capture.method} ${path}`,
  )
}

function bytesOf(body: CapturedBody): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array())
}

/** What is longer is kept as a hash. */
const LONGEST_KEY = 200

function keyOf(facts: RequestFacts, rules: MatchRules): string {
  const meaning = `${rules.place(facts)} ${rules.body(facts) ?? ''}`
  if (meaning.length <= LONGEST_KEY) return meaning
  return createHash('sha256').update(meaning).digest('base64url').slice(0, 22)
}
