import type { Usage } from './usage.ts'

/** A server that something is measured on. */
export interface Subject {
  readonly port: number
  stop(): Promise<void>
}

/** One whose usage is not that of the process that opened it says what it is. */
export interface MeasuredSubject extends Subject {
  usage?(): Usage
}

/** What all servers of a measurement are to answer. */
export interface Served {
  /** How many handlers there are for `/v1/things/:id/kind-0`, `…/kind-1`, …; one by default. */
  readonly handlers?: number
  /** How many there are for `/items/0`, `/items/1`, … instead. */
  readonly items?: number
  /** How many bytes of JSON they answer with; otherwise each puts `:id` into an object. */
  readonly bytes?: number
  /** Whether they are for POST, read the body as text and answer with its length. */
  readonly reads?: boolean
  /** A HAR file of https://api.test that mockberth replays, where others have their handlers. */
  readonly recording?: string
}

/** What a module that knows one kind of server exports. */
export interface ServerKind {
  open(served: Served): Promise<MeasuredSubject>
  /** Whether each is a program of its own, of which nobody starts many. */
  readonly isProgram?: boolean
  /** Where several are opened in another way than one by one. */
  openMany?(count: number): Promise<{ stop(): Promise<void> }>
}

/** What the handlers are for, as MSW and hono write it. */
export function pathsOf({ handlers = 1, items }: Served): string[] {
  return items === undefined
    ? Array.from({ length: handlers }, (_, index) => `/v1/things/:id/kind-${index}`)
    : Array.from({ length: items }, (_, index) => `/items/${index}`)
}

/** The target that the last of the handlers answers. */
export function lastTarget({ handlers = 1 }: Served): string {
  return `/v1/things/7/kind-${handlers - 1}`
}

/** What they answer with, if it is always the same: orders, as an API may have them. */
export function replyOf({ bytes }: Served): string | undefined {
  if (bytes === undefined) return undefined
  const order = {
    id: 1000,
    customer: 'Customer number 1',
    created_at: '2026-01-01T10:00:00Z',
    lines: [12.5, 7],
    status: 'open',
  }
  const count = Math.floor((bytes - 20) / (JSON.stringify(order).length + 1))
  const orders = Array.from({ length: count }, (_, index) => ({
    ...order,
    id: 1000 + (index % 9000),
  }))
  return JSON.stringify({ orders }).padEnd(bytes)
}

/** 1 KB of JSON. */
export const SAMPLE: string = replyOf({ bytes: 1024 })!
