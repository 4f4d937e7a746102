import { randomBytes } from 'node:crypto'
import net from 'node:net'
import { join } from 'node:path'
import type { Answer } from '../run/conversation.ts'
import { readLines } from '../run/lines.ts'
import { listenAt } from '../run/local-socket.ts'
import { errorOf, failureOf, type Failure, type Order, type Value } from './messages.ts'
import type { Holder, SlotLease, Slots } from './slots.ts'

/** Has the services of a run, and leases them to its workers. */
export interface ServicesOwner {
  /** Where workers ask for them. */
  readonly path: string
  /** Listens once this is fulfilled. Rejects with `BIND_FAILED`. */
  readonly listening: Promise<void>
  /** Ends all of them. Never rejects. */
  close(): Promise<void>
}

/**
 * Begins to own the services of a run. It keeps no process alive, and what it has started ends with its
 * own, however that ends.
 *
 * @param folder that of the run, which nobody else can open
 */
export function ownServices(folder: string): ServicesOwner {
  const path = socketIn(folder)
  let opened: Promise<Slots> | undefined
  // What starts services is loaded for who wants some.
  const open = (): Promise<Slots> =>
    (opened ??= import('./slots.ts').then(({ createSlots }) => createSlots()))
  const connections = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    connections.add(socket)
    socket.unref()
    socket.once('close', () => connections.delete(socket))
    serve(socket, open)
  })
  return {
    path,
    listening: listenAt(path, server),
    async close() {
      server.close()
      for (const socket of connections) socket.destroy()
      await (await opened)?.close()
    },
  }
}

function socketIn(folder: string): string {
  const name = `services-${process.pid}-${randomBytes(4).toString('hex')}`
  return process.platform === 'win32'
    ? String.raw`\\.\pipe\mockberth-${name}`
    : join(folder, `${name}.sock`)
}

/** Answers one worker in the order in which it asks, until it is gone. */
function serve(socket: net.Socket, open: () => Promise<Slots>): void {
  let isGone = false
  const gone = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isGone = true
      resolve()
    })
  })
  const obey = createObedience(open, { gone, isGone: () => isGone })
  const answer = (value: Answer<Value, Failure>): void => {
    if (!isGone) socket.write(`${JSON.stringify(value)}\n`)
  }
  let before: Promise<unknown> = Promise.resolve()
  socket.on('error', () => {})
  readLines(socket, (line) => {
    before = before
      .then(() => obey(JSON.parse(line) as Order))
      .then(
        (ok) => answer({ ok }),
        (error: unknown) => answer({ error: failureOf(error) }),
      )
  })
}

function createObedience(
  open: () => Promise<Slots>,
  holder: Holder,
): (order: Order) => Promise<Value> {
  let lease: SlotLease | undefined
  return async (order) => {
    if ('lease' in order) {
      const slots = await open()
      lease = await slots.lease(order.lease, holder)
      const { addresses, isNew } = lease
      return { addresses, isNew }
    }
    if ('settled' in order) lease?.settle()
    else if ('failed' in order) lease?.fail(errorOf(order.failed))
    else {
      const death = await lease?.died()
      return death === undefined ? {} : { failure: failureOf(death) }
    }
    return {}
  }
}
