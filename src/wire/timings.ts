/** Milliseconds of each phase of a request, -1 where it did not happen, as HAR 1.2 has them. */
export interface CaptureTimings {
  /** In a queue, until there was a connection. */
  readonly blocked: number
  readonly dns: number
  /** The TLS handshake included. */
  readonly connect: number
  readonly ssl: number
  readonly send: number
  /** For the first byte of the reply. */
  readonly wait: number
  readonly receive: number
}

/** When a connection was where, by the clock of `performance.now()`. */
export interface ConnectionMarks {
  readonly begun: number
  /** Absent when there was nothing to look up. */
  lookedUp?: number
  connected?: number
  /** Absent without TLS. */
  secured?: number
}

/** When a request was where, by the same clock. */
export interface RequestMarks {
  readonly begun: number
  headSent?: number
  bodySent?: number
  /** When the head of the reply was there. */
  replied?: number
  /** Of its connection; absent when that was there before. */
  connection?: ConnectionMarks
}

/** @param end when the last byte of the reply was there, by the clock of the marks */
export function timingsOf(marks: RequestMarks, end: number): CaptureTimings {
  const { begun, headSent = end, replied = end } = marks
  // A server may reply before it has the whole body.
  const bodySent = Math.min(marks.bodySent ?? replied, replied)
  const opening = openingOf(marks)
  return {
    blocked: Math.max(
      0,
      headSent - begun - Math.max(0, opening.dns) - Math.max(0, opening.connect),
    ),
    ...opening,
    send: Math.max(0, bodySent - headSent),
    wait: Math.max(0, replied - Math.max(bodySent, headSent)),
    receive: Math.max(0, end - replied),
  }
}

/** Only what this request waited for: a connection may have been on its way already. */
function openingOf({
  begun,
  connection,
}: RequestMarks): Pick<CaptureTimings, 'dns' | 'connect' | 'ssl'> {
  const { connected = 0, secured } = connection ?? {}
  const ready = secured ?? connected
  if (connection === undefined || ready <= begun) return { dns: -1, connect: -1, ssl: -1 }
  const from = Math.max(begun, connection.begun)
  const lookedUp = Math.max(from, connection.lookedUp ?? from)
  return {
    dns: connection.lookedUp === undefined ? -1 : lookedUp - from,
    connect: ready - lookedUp,
    ssl: secured === undefined ? -1 : secured - Math.max(lookedUp, connected),
  }
}
