import { timingSafeEqual } from 'node:crypto'
import net from 'node:net'
import { describeError } from '../errors.ts'
import type { Answer } from '../run/conversation.ts'
import { readLines } from '../run/lines.ts'
import { listenAt } from '../run/local-socket.ts'
import { parseHello, parseOrder, type Hello, type Order } from './messages.ts'
import type { Worker, Workers } from './workers.ts'

/** Where workers of a hub join it, and say which tests they run. */
export interface Control {
  close(): Promise<void>
}

/** What a worker has to know and to have. */
export interface Admission {
  readonly token: string
  /** The URLs of the hub itself. */
  readonly apis: Readonly<Record<string, string>>
}

/** Somebody who does not read the answers gets no more of them. */
const MOST_UNREAD = 1024 * 1024
/** How many characters a message may have. */
const LONGEST_LINE = 64 * 1024

/** @throws `BIND_FAILED` */
export async function openControl(
  path: string,
  admission: Admission,
  workers: Workers,
): Promise<Control> {
  const connections = new Set<net.Socket>()
  const leaving = new Set<Promise<void>>()
  const server = net.createServer((socket) => {
    connections.add(socket)
    socket.unref()
    const worker = serveWorker(socket, admission, workers)
    socket.once('close', () => {
      connections.delete(socket)
      const left = worker.leave().finally(() => leaving.delete(left))
      leaving.add(left)
    })
  })
  await listenAt(path, server)
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of connections) socket.destroy()
      await closed
      await Promise.all(leaving)
    },
  }
}

/** Answers what a worker says, until it says something wrong or goes. */
function serveWorker(
  socket: net.Socket,
  admission: Admission,
  workers: Workers,
): Pick<Worker, 'leave'> {
  let worker: Worker | undefined
  let isOver = false
  const answer = (reply: Answer<true, string>): void => {
    socket.write(`${JSON.stringify(reply)}\n`)
    if (socket.writableLength > MOST_UNREAD) socket.destroy()
  }
  const refuse = (why: string): void => {
    if (isOver) return
    isOver = true
    answer({ error: why })
    socket.end()
  }
  const take = (line: string): string | undefined => {
    if (worker !== undefined) return obey(worker, parseOrder(line))
    const hello = parseHello(line)
    const problem = problemWith(hello, admission)
    if (problem === undefined) worker = workers.join(hello.apis)
    return problem
  }
  socket.on('error', () => {})
  readLines(
    socket,
    (line) => {
      if (isOver) return
      try {
        const problem = take(line)
        if (problem === undefined) answer({ ok: true })
        else refuse(problem)
      } catch (error) {
        refuse(describeError(error))
      }
    },
    {
      longest: LONGEST_LINE,
      onTooLong: () => refuse('a message is one line of at most 64 Ki characters'),
    },
  )
  return { leave: () => worker?.leave() ?? Promise.resolve() }
}

function obey(worker: Worker, order: Order): string | undefined {
  if ('open' in order) return worker.open(order.open, order.test)
  worker.close(order.close)
  return undefined
}

/** Why a worker is not admitted, if it is not. */
function problemWith({ token, apis }: Hello, admission: Admission): string | undefined {
  if (!isSame(token, admission.token)) return 'the token is not that of this hub'
  const names = Object.keys(admission.apis)
  const own = Object.keys(apis)
  const differs = own.length !== names.length || own.some((name) => !names.includes(name))
  if (differs) {
    return `the hub has the APIs ${names.join(', ')}, and the worker ${own.join(', ')}; both take the same declaration`
  }
  const outside = own.find((name) => !isMockServer(apis[name]!, admission))
  return outside === undefined
    ? undefined
    : `${outside} is at ${JSON.stringify(apis[outside])}; the hub forwards to http://127.0.0.1 and a port alone, and not to itself`
}

function isMockServer(url: string, { apis }: Admission): boolean {
  const port = Number(/^http:\/\/127\.0\.0\.1:(\d{1,5})$/.exec(url)?.[1])
  return port >= 1 && port <= 65_535 && !Object.values(apis).includes(url)
}

/** Takes as long whatever is wrong in it. */
function isSame(token: string, expected: string): boolean {
  const [one, other] = [Buffer.from(token), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
