import { invalidOption, MockberthError } from '../errors.ts'
import type { ApiDefinition, Mode } from './definition.ts'

const MODES: ReadonlySet<unknown> = new Set(['replay', 'record', 'record-missing', 'forward'])

/** What a mode may be, in words. */
export const MODES_TAKEN = "'replay', 'record', 'record-missing' or 'forward'"

export function isMode(mode: unknown): mode is Mode {
  return MODES.has(mode)
}

/** Whether what the upstream answers is kept. */
export function isRecording(mode: Mode): boolean {
  return mode === 'record' || mode === 'record-missing'
}

/**
 * The mode that holds for an API. Recording needs an upstream, a file, and nobody's CI.
 *
 * @param wanted where it declares none
 * @param say told when what is declared does not hold
 * @throws `MODE_INVALID`, `RECORDING_REFUSED`
 */
export function chooseMode(
  api: string,
  definition: ApiDefinition,
  wanted: Mode | undefined,
  say: (text: string) => void,
): Mode {
  const forced = modeFromEnvironment()
  const declared = definition.mode ?? wanted ?? 'replay'
  const mode = forced !== undefined && isPossible(forced, definition) ? forced : declared
  if (!isPossible(mode, definition)) return 'replay'
  if (!isRecording(mode)) return mode
  if (!isContinuousIntegration()) return mode
  say(
    `mockberth: ${api} declares mode '${mode}', and in CI it is replayed. To record here, set MOCKBERTH_MODE=${mode} and MOCKBERTH_FORCE_RECORD=1.`,
  )
  return 'replay'
}

/** Only an API with an upstream can ask it, and only one with a file can record. */
function isPossible(mode: Mode, { upstream, recording }: ApiDefinition): boolean {
  if (mode === 'replay') return true
  return upstream !== undefined && (mode === 'forward' || recording !== undefined)
}

/**
 * The mode that `MOCKBERTH_MODE` asks for, of all APIs.
 *
 * @throws `MODE_INVALID`, `RECORDING_REFUSED`
 */
function modeFromEnvironment(): Mode | undefined {
  const mode = process.env.MOCKBERTH_MODE
  if (mode === undefined || mode === '') return undefined
  if (!isMode(mode)) {
    const takes = MODES_TAKEN.replaceAll("'", '')
    throw invalidOption('the environment', 'MOCKBERTH_MODE', mode, takes, 'MODE_INVALID')
  }
  if (!isRecording(mode) || !isContinuousIntegration()) return mode
  throw new MockberthError(
    'RECORDING_REFUSED',
    `the environment: MOCKBERTH_MODE is ${mode}, and CI is set: a job that records would test whatever the real API says today. Take MOCKBERTH_MODE out to replay, or set MOCKBERTH_FORCE_RECORD=1 to record all the same.`,
  )
}

function isContinuousIntegration(): boolean {
  const { CI, MOCKBERTH_FORCE_RECORD } = process.env
  return CI !== undefined && !/^(?:|0|false)$/i.test(CI) && MOCKBERTH_FORCE_RECORD !== '1'
}
