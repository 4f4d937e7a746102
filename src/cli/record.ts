import { relative } from 'node:path'
import { defineMocks, type Declaration } from '../mocks/define.ts'
import { watchOnly } from '../mocks/watch-only.ts'
import { invalidOption } from '../errors.ts'
import { describeExchange } from './exchange-line.ts'
import { inOwnRun } from './own-run.ts'
import { printable } from './printable.ts'
import { runBeside } from './run.ts'
import { shellLine } from './shell-line.ts'
import { untilEnded } from './until-ended.ts'

/** The options of `mockberth record`. */
export interface RecordFlags {
  readonly output: string
  /** Names of variables, with commas between them. */
  readonly env: string
}

/** What steers other recordings. This one is wanted, whatever they say. */
const STEERING = ['MOCKBERTH_MODE', 'MOCKBERTH_FORCE_RECORD'] as const

/**
 * Records what an API says to a command, or, without one, to whoever asks until Ctrl-C.
 *
 * @param urls that of the API, whose path is part of what the command is told
 * @returns the exit code of the command; 1 where it is 0 and not all that was recorded could be saved
 * @throws `INVALID_OPTION`, `ENV_INVALID_NAME`, `RECORDING_NOT_WRITABLE`, `RECORDING_LOCKED`
 */
export async function record(
  urls: readonly string[],
  { output, env }: RecordFlags,
  command: readonly string[],
): Promise<number> {
  const { origin, path } = apiAt(urls)
  const inherited = Object.fromEntries(STEERING.map((name) => [name, process.env[name]]))
  Object.assign(process.env, { MOCKBERTH_MODE: 'record', MOCKBERTH_FORCE_RECORD: '1' })
  const names = env.split(',').filter(Boolean)
  const declaration = defineMocks({
    api: {
      upstream: origin,
      recording: output,
      env: Object.fromEntries(names.map((name) => [name, (own) => own.url + path])),
    },
  }) as Declaration
  return inOwnRun(async (folder) => {
    const running = await declaration.startIn({ run: folder }, { env: false })
    if (command.length > 0) {
      return runBeside(running, command, { ...inherited, ...running.env }, 'record')
    }
    watchOnly(running, (exchange) => console.log(printable(describeExchange(exchange))))
    const ended = untilEnded()
    const lines = Object.entries(running.env).map(shellLine)
    const what = `Recording ${origin} into ${relative(process.cwd(), output)} until Ctrl-C:`
    console.log(printable([what, `  ${running.apis.api!.url}`, '', ...lines, ''].join('\n')))
    await ended
    await running.stop()
    return 0
  })
}

/** @throws `INVALID_OPTION` */
function apiAt(urls: readonly string[]): { readonly origin: string; readonly path: string } {
  const text = urls.join(' ')
  const url = /^https?:/i.test(text) ? URL.parse(text) : null
  const isPlain = urls.length === 1 && url?.username === '' && url.search === '' && url.hash === ''
  if (url !== null && isPlain) return { origin: url.origin, path: url.pathname.replace(/\/$/, '') }
  throw invalidOption('record', 'the URL', text, 'that of an API, as in https://api.github.com')
}
