import net from 'node:net'
import { describeError, MockberthError } from '../errors.ts'
import type { FoundHub } from './announced.ts'
import { findHub } from './find-hub.ts'
import { readLines } from './lines.ts'
import type { Hello, Order, Reply } from './messages.ts'

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
  const conversation = converse(hub)
  await conversation.say({ token: hub.token, apis })
  return {
    urls: hub.apis,
    open: (mark, test) => conversation.say({ open: mark, test: test.slice(0, LONGEST_NAME) }),
    close: (mark) => conversation.say({ close: mark }).catch(() => {}),
    leave: () => conversation.end(),
  }
}

interface Conversation {
  /** Resolves when the hub has done it. */
  say(message: Hello | Order): Promise<void>
  end(): Promise<void>
}

interface Waiting {
  resolve(): void
  reject(error: MockberthError): void
}

function converse(hub: FoundHub): Conversation {
  const socket = net.connect(hub.socket)
  const waiting: Waiting[] = []
  let refusal: MockberthError | undefined
  let isClosed = false
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true
      for (const { reject } of waiting.splice(0)) reject(refusal ?? goneError(hub))
      resolve()
    })
  })
  const hear = (reply: Reply): void => {
    const first = waiting.shift()
    if (waiting.length === 0) socket.unref()
    if (!('error' in reply)) return first?.resolve()
    refusal = refusedError(hub, reply.error)
    first?.reject(refusal)
  }
  const give = (problem: unknown): void => {
    refusal ??= refusedError(hub, describeError(problem))
    socket.destroy()
  }
  // What is wrong is told by its end.
  socket.on('error', () => {})
  readLines(
    socket,
    (line) => parsed(line, hear, give),
    () => give('its answer has no end'),
  )
  return {
    say(message) {
      if (isClosed) return Promise.reject(refusal ?? goneError(hub))
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        // Who waits for an answer stays alive for it.
        socket.ref()
        socket.write(`${JSON.stringify(message)}\n`)
      })
    },
    end() {
      socket.ref()
      socket.end()
      return closed
    },
  }
}

function parsed(
  line: string,
  hear: (reply: Reply) => void,
  give: (problem: unknown) => void,
): void {
  let reply: Reply
  try {
    reply = JSON.parse(line) as Reply
  } catch (error) {
    return give(error)
  }
  hear(reply)
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
