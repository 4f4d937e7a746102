import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  describeError,
  invalidOption,
  MockberthError,
  refuseUnknownOptions,
  showValue,
} from '../errors.ts'
import {
  isRequestHandler,
  isWebSocketHandler,
  type RequestHandler,
} from '../responders/msw/index.ts'
import type { ApiDefinition, Definitions, Mode } from './definition.ts'
import { chooseMode, isMode, MODES_TAKEN } from './mode.ts'
import { toOrigin } from './option-rules.ts'
import { envNames, envValues, SAMPLE } from './env-definition.ts'

/** Options of `mocks.start()`. */
export interface StartOptions {
  /** The folder that relative paths of recordings start from. Default: the working directory. */
  readonly root?: string | undefined
  /** Whether the URLs are put into `process.env`, until `stop()` puts back what was there. Default true. */
  readonly env?: boolean | undefined
  /** What answers when no handler does, for APIs that do not declare it themselves. Default `'replay'`. */
  readonly mode?: Mode | undefined
}

/** One API, ready to be started: all that could be wrong has been found. */
export interface ApiPlan {
  readonly name: string
  readonly definition: ApiDefinition
  readonly handlers: readonly RequestHandler[]
  /** Origin of the real API, if declared. */
  readonly upstream: string | undefined
  readonly mode: Mode
  /** Path of the recording, if declared. */
  readonly recording: string | undefined
  /** The folder of the project. */
  readonly root: string
  readonly envNames: readonly string[]
}

/**
 * Makes one start of a declaration: fresh handlers, the mode that holds, env names.
 *
 * @param say told what somebody should know, and is no error
 * @throws `UNKNOWN_OPTION`, `INVALID_OPTION`, `MODE_INVALID`, `RECORDING_REFUSED`,
 * `HANDLERS_FAILED`, `HANDLERS_INVALID`, `ENV_FUNCTION_FAILED`
 */
export function planStart(
  definitions: Definitions<string>,
  options: StartOptions,
  say: (text: string) => void,
): ApiPlan[] {
  validateStartOptions(options)
  const root = rootOf(options)
  return Object.entries(definitions).map(([name, definition]) => {
    envValues(`the API ${name}`, definition, SAMPLE)
    return {
      name,
      definition,
      handlers: declaredHandlers(name, definition),
      upstream: definition.upstream === undefined ? undefined : toOrigin(definition.upstream),
      mode: chooseMode(name, definition, options.mode, say),
      recording: recordingPath(definition, root),
      root,
      envNames: envNames(definition),
    }
  })
}

/** The folder of the project. */
export function rootOf({ root }: StartOptions): string {
  return resolve(root ?? process.cwd())
}

function recordingPath({ recording }: ApiDefinition, root: string): string | undefined {
  if (recording === undefined) return undefined
  return recording instanceof URL || recording.startsWith('file:')
    ? fileURLToPath(recording)
    : resolve(root, recording)
}

function declaredHandlers(api: string, { handlers }: ApiDefinition): readonly RequestHandler[] {
  let list: unknown = handlers ?? []
  if (typeof handlers === 'function') {
    try {
      list = handlers()
    } catch (error) {
      throw new MockberthError(
        'HANDLERS_FAILED',
        `the API ${api}: the handlers function threw; mend it, it is called at each start: ${describeError(error)}`,
        { cause: error },
      )
    }
  }
  if (!Array.isArray(list)) {
    const got = list instanceof Promise ? 'a promise; make it synchronous' : showInShort(list)
    throw new MockberthError(
      'HANDLERS_INVALID',
      `the API ${api}: handlers returned ${got}; it takes a function that returns an array of MSW request handlers.`,
    )
  }
  return checkHandlers(`the API ${api}`, list)
}

/**
 * Passes on what are MSW request handlers.
 *
 * @throws `HANDLERS_INVALID` naming the place of the first that is none
 */
export function checkHandlers(where: string, handlers: readonly unknown[]): RequestHandler[] {
  return handlers.map((handler, index) => {
    if (isRequestHandler(handler)) return handler
    const what = isWebSocketHandler(handler)
      ? 'is a WebSocket handler, which mockberth cannot serve yet; leave it out'
      : Array.isArray(handler)
        ? 'is an array; spread it: ...handlers'
        : `is ${showInShort(handler)}, not an MSW request handler (http.get(…), graphql.query(…))`
    throw new MockberthError('HANDLERS_INVALID', `${where}: handler number ${index + 1} ${what}.`)
  })
}

/** What an object holds is much, and tells less than that it is one. */
function showInShort(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : showValue(value)
}

function validateStartOptions(options: StartOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw invalidOption('start()', 'options', options, 'an object')
  }
  refuseUnknownOptions('start()', options, ['env', 'mode', 'root'])
  if (options.root !== undefined && typeof options.root !== 'string') {
    throw invalidOption('start()', 'root', options.root, 'the path of a folder')
  }
  if (options.env !== undefined && typeof options.env !== 'boolean') {
    throw invalidOption('start()', 'env', options.env, 'true or false')
  }
  if (options.mode !== undefined && !isMode(options.mode)) {
    throw invalidOption('start()', 'mode', options.mode, MODES_TAKEN)
  }
}
