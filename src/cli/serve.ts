import { isIP } from 'node:net'
import { invalidOption } from '../errors.ts'
import { followDeclaration } from '../mocks/follow-declaration.ts'
import { watchOnly } from '../mocks/watch-only.ts'
import { isLoopbackName } from '../propagate/loopback.ts'
import { RUN_VARIABLE } from '../run/run.ts'
import { openEnvFile } from './env-file.ts'
import { jsonOutput, textOutput } from './serve-output.ts'
import { serveMocks, type ServedMocks } from '../mocks/served-mocks.ts'
import { untilEnded } from './until-ended.ts'

/** The options of `mockberth serve`. */
export interface ServeFlags {
  /** `--env-file`, wherever it stands, is an option of Node (https://github.com/nodejs/node/issues/54232). */
  readonly writeEnv?: string
  readonly host?: string
  readonly json?: boolean
}

/**
 * Serves the mocks of a declaration until Ctrl-C or SIGTERM, and says what they are asked. When the
 * declaration or a recording changes, they are those that are declared now, on the ports that they had.
 *
 * @param path as `loadDeclaration()` takes it
 * @returns the exit code
 * @throws `INVALID_OPTION`, `ENV_FILE_TAKEN`, and as `loadDeclaration()` and `start()` of the declaration do
 */
export async function serve(path: string | undefined, flags: ServeFlags): Promise<number> {
  // What is recorded or pruned around it is none of its business.
  delete process.env[RUN_VARIABLE]
  const host = hostOf(flags)
  const output = flags.json === true ? jsonOutput(host) : textOutput(host)
  const envFile = flags.writeEnv === undefined ? undefined : openEnvFile(flags.writeEnv)
  const begin = ({ running }: ServedMocks): void => {
    watchOnly(running, (exchange) => output.exchange(exchange, running.scope.unhandled.splice(0)))
    envFile?.write(running.env)
  }
  const served = await serveMocks(path, host)
  begin(served)
  // Who has read that it serves may end it at once.
  const ended = untilEnded()
  const followed = followDeclaration(served, {
    replaced(now, changed) {
      begin(now)
      output.reloaded(now, changed)
    },
    failed: (error, still) => output.failed(error, still),
    died: (death) => output.died(death),
  })
  output.serving(served)
  await ended
  try {
    envFile?.remove()
  } finally {
    void followed.leave()
    await followed.current.running.stop()
  }
  return 0
}

/** @throws `INVALID_OPTION` */
function hostOf({ host }: ServeFlags): string | undefined {
  if (host === undefined || isLoopbackName(host)) return undefined
  if (isIP(host) === 0) {
    const takes = 'an IP address of this machine; 0.0.0.0 and :: are all of them'
    throw invalidOption('serve', '--host', host, takes)
  }
  console.error(
    `mockberth: with --host ${host}, whoever reaches this machine reaches the mocks. Leave --host out, and only this machine does.`,
  )
  return host
}
