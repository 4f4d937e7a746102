import net from 'node:net'
import { describeError, type MockberthError } from '../errors.ts'
import { readLines } from './lines.ts'

/** The answer to each message, in order. After an error there are no more. */
export type Answer<Value, Refusal> = { readonly ok: Value } | { readonly error: Refusal }

/** What is said to somebody who listens at a local socket, and what is answered. */
export interface Conversation<Message, Value> {
  /** Resolves with the answer. Who waits for one stays alive for it. */
  say(message: Message): Promise<Value>
  /** Never rejects. */
  end(): Promise<void>
}

/** What somebody who does not do what is asked is to be blamed for. */
export interface Failures<Refusal> {
  /** It has ended. */
  gone(): MockberthError
  /** @param why what it has answered, or in words what was wrong with that */
  refused(why: Refusal | string): MockberthError
}

interface Waiting<Value> {
  resolve(value: Value): void
  reject(error: MockberthError): void
}

/** Begins to talk with who listens at `path`: a message is a line of JSON, and so is an answer. */
export function converse<Message, Value, Refusal>(
  path: string,
  { gone, refused }: Failures<Refusal>,
): Conversation<Message, Value> {
  const socket = net.connect(path)
  const waiting: Waiting<Value>[] = []
  let refusal: MockberthError | undefined
  let isClosed = false
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true
      for (const { reject } of waiting.splice(0)) reject(refusal ?? gone())
      resolve()
    })
  })
  const hear = (answer: Answer<Value, Refusal>): void => {
    const first = waiting.shift()
    if (waiting.length === 0) socket.unref()
    if ('ok' in answer) return first?.resolve(answer.ok)
    refusal = refused(answer.error)
    first?.reject(refusal)
  }
  const give = (problem: unknown): void => {
    refusal ??= refused(describeError(problem))
    socket.destroy()
  }
  // What is wrong is told by its end.
  socket.on('error', () => {})
  readLines(socket, (line) => parsed(line, hear, give))
  return {
    say(message) {
      if (isClosed) return Promise.reject(refusal ?? gone())
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
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

function parsed<Value>(
  line: string,
  hear: (answer: Value) => void,
  give: (problem: unknown) => void,
): void {
  let answer: Value
  try {
    answer = JSON.parse(line) as Value
  } catch (error) {
    return give(error)
  }
  hear(answer)
}
