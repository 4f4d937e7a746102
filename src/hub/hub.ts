import { randomBytes } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { packageFolder } from '../mocks/declaration.ts'
import type { Declaration } from '../mocks/define.ts'
import { watchOnly } from '../mocks/watch-only.ts'
import { ancestors } from '../process/ancestors.ts'
import { newPlace } from './announced.ts'
import { openControl, type Control } from './control.ts'
import { createNotices } from './notices.ts'
import { createWorkers } from './workers.ts'

/** A hub that runs. */
export interface Hub {
  /** The URL of each of its APIs. */
  readonly apis: Readonly<Record<string, string>>
  /** What the declaration puts into the environment of the app. */
  readonly env: Readonly<Record<string, string>>
  /** By which workers find it. */
  readonly file: string
  /** Never rejects. */
  stop(): Promise<void>
}

/**
 * Starts a listener for each API, which sends each request on to the worker of the test that it belongs
 * to. What belongs to none is answered by the declaration itself.
 *
 * @param file that of the declaration
 * @param say told what somebody should know, and is no error
 * @throws as `start()` of the declaration does; `BIND_FAILED`, `HUB_FOLDER_UNSAFE`
 */
export async function startHub(
  declaration: Declaration,
  file: string,
  say: (line: string) => void,
): Promise<Hub> {
  const place = await newPlace()
  const notices = createNotices(say)
  const workers = createWorkers(notices.refused)
  const folder = packageFolder(file)
  const options = { env: false, root: folder }
  const running = await declaration.startIn({ findOwner: workers.findOwner }, options)
  running.held.watchDeaths(({ message }) => say(message))
  // No test looks at what belongs to none.
  watchOnly(running, () => {
    const { unhandled } = running.scope
    for (const { api, request } of unhandled.splice(0)) notices.unanswered(api, request)
  })
  const apis = Object.fromEntries(declaration.names.map((name) => [name, running.apis[name]!.url]))
  let control: Control | undefined
  const stop = async (): Promise<void> => {
    place.withdraw()
    await Promise.all([control?.close(), running.stop()])
  }
  try {
    const token = randomBytes(24).toString('base64url')
    const { pid } = process
    const { socket } = place
    control = await openControl(socket, { token, apis }, workers)
    const facts = { pid, socket, token, declaration: file, folder: realpathSync(folder), apis }
    place.announce({ ...facts, ancestors: await ancestors() })
    return { apis, env: running.env, file: place.file, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
