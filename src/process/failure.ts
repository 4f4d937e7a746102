import { MockberthError } from '../errors.ts'
import { holderOf, isListenedOn, listenersOf } from '../ports/listeners.ts'
import type { Exit, Launched } from './launch.ts'
import { processesOf } from './tree.ts'

/** What was seen of a process in place of one that is ready. */
export interface Unready {
  readonly what: 'no listener' | 'no answer' | 'another answer' | 'another output'
  readonly says: string
}

const LINES = 20
const PORT_ADVICE = 'Let it take its port from PORT, or from {port} in its command or environment'
const MORE_TIME = 'give it more time (timeout)'

/** The error for a process that ended before it was ready, or, after that, while it was in use. */
export async function endedError(
  launched: Launched,
  when = 'before it was ready',
): Promise<MockberthError> {
  await launched.stop()
  const exit = launched.exit()!
  const message = `${launched.plan.where} ${howItEnded(exit)} ${when}. ${adviceFor(exit, launched)}`
  return new MockberthError('PROCESS_ENDED', message + (await evidence(launched)))
}

/** The error for a process that runs, and whose port refuses connections. */
export async function silentError(launched: Launched, port: number): Promise<MockberthError> {
  const message = `${launched.plan.where} no longer listens on port ${port}, and its command still runs. Its output says why; mend that.`
  return new MockberthError('PROCESS_ENDED', message + (await evidence(launched)))
}

/** The error for a process that did not become ready in its time. */
export async function notReadyError(launched: Launched, seen: Unready): Promise<MockberthError> {
  const { where, timeout } = launched.plan
  const message = `${where} was not ready within ${timeout} ms: ${await explain(launched, seen)}`
  return new MockberthError('PROCESS_NOT_READY', message + (await evidence(launched)))
}

/** The error for a process whose claimed port is another program's; undefined when it is not. */
export async function lostPortError(launched: Launched): Promise<MockberthError | undefined> {
  const { plan, ports, output, exit, stop } = launched
  const port = ports.get(plan.name)
  if (plan.port !== undefined || port === undefined) return undefined
  // What it left behind may listen until it is ended, and is no stranger.
  if (exit() !== undefined) await stop()
  const complains = /EADDRINUSE|address (is )?already in use/i.test(output.text())
  if (!complains && exit() === undefined) return undefined
  const isStrangers = await isHeldByStranger(launched, port)
  // Whoever took it may have ended, too.
  const wasStrangers = exit() !== undefined && complains && output.text().includes(String(port))
  if (!isStrangers && !wasStrangers) return undefined
  const holder = (isStrangers ? await holderOf(port) : undefined) ?? 'another program'
  return new MockberthError(
    'PORT_TAKEN',
    `${plan.where} lost port ${port} to ${holder}, and other ports before it. End what takes them, or give it a port that nobody takes.${await evidence(launched)}`,
  )
}

async function isHeldByStranger({ tree }: Launched, port: number): Promise<boolean> {
  if (!(await isListenedOn(port))) return false
  const { listeners, isPartial } = await listenersOf(await processesOf(tree))
  return !isPartial && listeners.every((listener) => listener.port !== port)
}

/** What was seen, and what to do about it. */
async function explain(launched: Launched, { what, says }: Unready): Promise<string> {
  if (what === 'another output') return `${says}. Mend the pattern, or ${MORE_TIME}.`
  if (what === 'no listener') return explainNoListener(launched, says)
  return launched.plan.ready === 'answers'
    ? `${says}. Mend what keeps it, ${MORE_TIME}, or say ready: 'listening' if it speaks no HTTP.`
    : `${says}. Mend what keeps it, or ${MORE_TIME}.`
}

async function explainNoListener(launched: Launched, says: string): Promise<string> {
  const { plan, ports, tree } = launched
  const port = ports.get(plan.name)!
  if (await isHeldByStranger(launched, port)) {
    const way = plan.port === undefined ? '' : ', or leave out its port to get a free one'
    const holder = (await holderOf(port)) ?? 'another program'
    return `port ${port} belongs to ${holder}, which it has not started. End that${way}; if it is right, name its URL: ready: { url: 'http://127.0.0.1:{port}/' }.`
  }
  const { listeners } = await listenersOf(await processesOf(tree))
  const others = [...new Set(listeners.map((listener) => listener.port))]
  return others.length === 0
    ? `${says}. ${PORT_ADVICE}, or ${MORE_TIME}.`
    : `${says}, but on ${others.join(' and ')}. ${PORT_ADVICE}.`
}

function howItEnded({ code, signal }: Exit): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`
}

function adviceFor({ code }: Exit, { output }: Launched): string {
  if (code === 0) return 'Its command has to run as long as it is used, in the foreground.'
  return output.text().trim() === ''
    ? 'It has printed nothing: run its command by hand to see why.'
    : 'Its output says why; mend that, or its command.'
}

/** Under each message: what was run, and the last that it printed. */
async function evidence({ plan, ports, commandLine, output }: Launched): Promise<string> {
  const port = ports.get(plan.name)
  const facts = [
    `Command: ${commandLine}`,
    `Folder: ${plan.cwd}`,
    ...(port === undefined ? [] : [`Port: ${port}`]),
  ]
  const lines = output.text().trimEnd().split(/\r?\n/).slice(-LINES)
  const printed =
    lines.join('') === ''
      ? 'It has printed nothing.'
      : `The last of its output:\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}`
  return `\n\n${facts.join('\n')}\n\n${printed}`
}
