import { delay, startTimer, stopTimer } from '../contract/timers.ts'
import { isListenedOn, listenersOf, refuses } from '../ports/listeners.ts'
import { LOOPBACK } from '../ports/loopback.ts'
import { endedError, lostPortError, notReadyError, type Unready } from './failure.ts'
import type { Launched } from './launch.ts'
import { urlAt } from './placeholders.ts'
import { speaks, statusOf } from './probe.ts'
import { processesOf } from './tree.ts'

/** Where a process that is ready is reached. */
interface Reached {
  readonly url: string
  readonly host: string
  readonly port: number
}

export interface ReadyAt extends Reached {
  /** Whether connections were accepted there: it is dead when they no longer are. */
  readonly listens: boolean
}

const LOOK_EVERY = 25

/**
 * Waits until a process is ready.
 *
 * @throws `PROCESS_ENDED`, `PROCESS_NOT_READY`; `PORT_TAKEN` when another program has its port
 */
export async function waitUntilReady(launched: Launched): Promise<ReadyAt> {
  const { plan, exit, exited, whileItRuns } = launched
  const timeout = new AbortController()
  const timer = startTimer(() => timeout.abort(), plan.timeout)
  const signal = AbortSignal.any([whileItRuns, timeout.signal])
  let seen: Unready | undefined
  try {
    for (;;) {
      const found = await look(launched, signal)
      if (exit() !== undefined) {
        throw (await lostPortError(launched)) ?? (await endedError(launched))
      }
      if ('url' in found) return { ...found, listens: !(await refuses(found.host, found.port)) }
      // Its time may have run out while it was about to answer as before.
      if (found.what !== 'no answer' || seen?.what !== 'another answer') seen = found
      if (timeout.signal.aborted) throw await notReadyError(launched, seen)
      const lost = await lostPortError(launched)
      if (lost !== undefined) throw lost
      await Promise.race([exited, delay(LOOK_EVERY)])
    }
  } finally {
    stopTimer(timer)
  }
}

/** Whether it is ready now; if not, what was seen in place of it. */
async function look(launched: Launched, signal: AbortSignal): Promise<Reached | Unready> {
  const { ready } = launched.plan
  if (ready === 'answers') return lookForAnswer(launched, signal)
  if (ready === 'listening') return lookForListener(launched)
  if ('output' in ready) return lookInOutput(launched, ready.output)
  return lookAtUrl(launched, ready.status, signal)
}

async function lookForAnswer(launched: Launched, signal: AbortSignal): Promise<Reached | Unready> {
  const found = await lookForListener(launched)
  if ('what' in found) return found
  if (await speaks(found.host, found.port, signal)) return found
  const says = `it listens on port ${found.port}, but answers no request there`
  return { what: 'no answer', says }
}

/** Looks for a listener of its own: that of somebody else answers, too. */
async function lookForListener({ plan, ports, tree }: Launched): Promise<Reached | Unready> {
  const port = ports.get(plan.name)!
  const nothing: Unready = { what: 'no listener', says: `it does not listen on port ${port}` }
  if (!(await isListenedOn(port))) return nothing
  const { listeners, isPartial } = await listenersOf(await processesOf(tree))
  const own = listeners.filter((listener) => listener.port === port)
  if (own.length === 0 && !isPartial) return nothing
  const host = own.some((listener) => listener.host === LOOPBACK) ? LOOPBACK : own[0]?.host
  return reachedAt(port, host)
}

function lookInOutput({ plan, ports, output }: Launched, pattern: RegExp): Reached | Unready {
  // Without the flags that make a pattern begin where it ended before.
  const match = new RegExp(pattern, pattern.flags.replaceAll(/[gy]/g, '')).exec(output.text())
  if (match === null) return anotherOutput(`its output does not match ${pattern}`)
  const told = match.groups ?? {}
  if (told.port === '0' || URL.parse(told.url ?? '')?.port === '0') {
    return anotherOutput(
      'its output tells port 0, which PORT asks for, and not the port that it got (`server.address().port`)',
    )
  }
  if (told.url !== undefined) {
    return (
      reachedByUrl(told.url) ?? anotherOutput(`its output tells the URL ${told.url}, which is none`)
    )
  }
  const port = told.port === undefined ? ports.get(plan.name) : Number(told.port)
  if (port === undefined || !(port >= 1 && port <= 65_535)) {
    return anotherOutput(`its output matches ${pattern}, which tells no port`)
  }
  return reachedAt(port)
}

function anotherOutput(says: string): Unready {
  return { what: 'another output', says }
}

async function lookAtUrl(
  launched: Launched,
  wanted: number | undefined,
  signal: AbortSignal,
): Promise<Reached | Unready> {
  const { plan, ports } = launched
  const target = launched.readyUrl!
  const isOwnPath = target.startsWith('/')
  const reached = isOwnPath ? await lookForListener(launched) : reachedAt(ports.get(plan.name)!)
  if ('what' in reached) return reached
  const url = isOwnPath ? reached.url + target : target
  const status = await statusOf(url, signal)
  if (status === undefined) return { what: 'no answer', says: `GET ${url} is not answered` }
  if (wanted === undefined ? isSuccess(status) : status === wanted) return reached
  const answer = typeof status === 'string' ? `fails (${status})` : `has status ${status}`
  return { what: 'another answer', says: `GET ${url} ${answer}` }
}

function isSuccess(status: number | string): boolean {
  return typeof status === 'number' && status >= 200 && status < 400
}

function reachedAt(port: number, host = LOOPBACK): Reached {
  return { url: urlAt(port, host), host, port }
}

function reachedByUrl(text: string): Reached | undefined {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined
  // What listens on all addresses is reached at none of that name.
  if (/^(0\.0\.0\.0|\[::\])$/.test(url.hostname)) url.hostname = LOOPBACK
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  const host = url.hostname.replaceAll(/[[\]]/g, '')
  return { url: url.href.replace(/\/$/, ''), host, port }
}
