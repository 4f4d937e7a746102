import { EventEmitter } from 'node:events'
import http from 'node:http'
import { PassThrough, Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import * as undici from 'undici'

/** A request in the works. */
export interface InWork {
  readonly request: http.IncomingMessage
  readonly response: http.ServerResponse
  /** What the app asks while it works on it. */
  readonly ask: () => Promise<void>
  /** Where else it may ask something before. */
  readonly upstream: string
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 2 })
const pool = new undici.Agent({ connections: 2 })
const shared = new EventEmitter()

function after(begin: (go: () => void) => void): (work: InWork) => Promise<void> {
  return ({ ask }) => asked(ask, begin)
}

function asked(ask: () => Promise<void>, begin: (go: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    begin(() => void ask().then(resolve, reject))
  })
}

/** The moments at which an app may ask its upstream. */
export const moments: Readonly<Record<string, (work: InWork) => Promise<void>>> = {
  'at once': ({ ask }) => ask(),
  setTimeout: after((go) => void setTimeout(go, 2)),
  setImmediate: after((go) => void setImmediate(go)),
  nextTick: after((go) => process.nextTick(go)),
  queueMicrotask: after(queueMicrotask),
  async 'a chain of promises'({ ask }) {
    await delay(1)
    await Promise.resolve()
      .then(() => delay(1))
      .then(ask)
  },
  'an emitter': after((go) => new EventEmitter().once('go', go).emit('go')),
  'an emitter that all share': after((go) => {
    shared.once('go', go)
    shared.emit('go')
  }),
  async 'a stream'({ ask, request }) {
    const flush = (done: (error?: Error | null) => void): void =>
      void ask().then(() => done(), done)
    const through = new Transform({ transform: (_, __, done) => done(), flush })
    await pipeline(request, through, new PassThrough().resume())
  },
  async 'a loop over the body'({ ask, request }) {
    for await (const _ of request) await ask()
    await ask()
  },
  "the request's data and end": async ({ ask, request }) => {
    const each: Promise<void>[] = []
    request.on('data', () => each.push(ask()))
    await asked(ask, (go) => request.on('end', go))
    await Promise.all(each)
  },
  async 'a queue'({ ask }) {
    const jobs = Array.from({ length: 6 }, () => ask)
    const work = async (): Promise<void> => {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job()
    }
    await Promise.all([work(), work()])
  },
  "a reply's end, of node:http": ({ ask, upstream }) =>
    asked(ask, (go) =>
      http.get(`${upstream}/before`, { agent }, (reply) => reply.resume().on('end', go)),
    ),
  "a reply's end, of undici": async ({ ask, upstream }) => {
    const { body } = await undici.request(`${upstream}/before`, { dispatcher: pool })
    await asked(ask, (go) => body.resume().on('end', go))
  },
  "undici's callback": ({ ask, upstream }) =>
    asked(ask, (go) => {
      const options = { origin: upstream, path: '/before', method: 'GET' } as const
      pool.request(options, (_, { body }) => body.resume().on('close', go))
    }),
  "the response's finish": async ({ ask, response }) =>
    void response.on('finish', () => void ask()),
  "the response's close": async ({ ask, response }) => void response.on('close', () => void ask()),
}

/** Those that need a client which does something for them. */
export const longMoments: Readonly<Record<string, (work: InWork) => Promise<void>>> = {
  async 'the end of a connection'({ ask, request, upstream }) {
    const gone = asked(ask, (go) => request.on('close', go))
    await fetch(`${upstream}/before`)
    await gone
  },
  async 'a reply that is made as it is read'({ ask, response }) {
    const pages = async function* (): AsyncGenerator<string> {
      for (let page = 0; page < 6; page++) {
        await ask()
        yield 'x'.repeat(300_000)
      }
    }
    await pipeline(Readable.from(pages()), response)
  },
}
