import { MockberthError } from '../errors.ts'
import { converse } from '../run/conversation.ts'
import type { FoundHub } from './announced.ts'
import { findHub } from './find-hub.ts'
import type { Hello, Order } from './messages.ts'

/** The hub, as a worker has it that has joined. */
export interface JoinedHub {
  /** The URL of each API at the hub, which is what the app asks. */
  readonly urls: Readonly<Record<string, string>>
  /**
   * What comes to the hub with this mark belongs to a test of this worker, from now on.
   *
   * @param mark nobody can guess it; 1 to 128 of A-Z a-z 0-9 _ . -
   * @param test its name, for those whose requests come too late
   * @throws `HUB_GONE` when the hub has ended, `HUB_REFUSED` when it does not take the mark
   */
  open(mark: string, test: string): Promise<void>
  /** The test is over. Never rejects: a hub that has ended has closed all. */
  close(mark: string): Promise<void>
  /** Nothing comes from the hub any more. Never rejects, and may be called again. */
  leave(): Promise<void>
}

/** A worker that wants to join. */
export interface JoiningWorker {
  /** The package of its tests. */
  readonly packageFolder: string
  /** The URL of its server of each API: `http://127.0.0.1:49213`. */
  readonly apis: Readonly<Record<string, string>>
}

/** A name is for people to read. */
const LONGEST_NAME = 500

/**
 * Joins the hub of this run. Being joined does not keep a process alive; when it has ended, the hub
 * refuses what still has its marks.
 *
 * @throws `HUB_MISSING`, `HUB_AMBIGUOUS`, `HUB_FOLDER_UNSAFE`, `HUB_REFUSED`, `HUB_GONE`
 */
export async function joinHub({ packageFolder, apis }: JoiningWorker): Promise<JoinedHub> {
  const hub = await findHub({ folder: packageFolder, apis: Object.keys(apis) })
  const conversation = converse<Hello | Order, true, string>(hub.socket, {
    gone: () => goneError(hub),
    refused: (why) => refusedError(hub, why),
  })
  await conversation.say({ token: hub.token, apis })
  return {
    urls: hub.apis,
    async open(mark, test) {
      await conversation.say({ open: mark, test: test.slice(0, LONGEST_NAME) })
    },
    async close(mark) {
      await conversation.say({ close: mark }).catch(() => {})
    },
    leave: () => conversation.end(),
  }
}

function goneError(hub: FoundHub): MockberthError {
  return new MockberthError(
    'HUB_GONE',
    `${describeHub(hub)} has ended, and its app with it. Its output says why; start it again, and the tests.`,
  )
}

function refusedError(hub: FoundHub, why: string): MockberthError {
  return new MockberthError('HUB_REFUSED', `${describeHub(hub)} refused this worker: ${why}.`)
}

function describeHub({ pid, declaration }: FoundHub): string {
  return `the hub of ${declaration} (process ${pid})`
}
