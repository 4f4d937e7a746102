// Keeps connections to a server busy as often as it is told to, and says what was answered. It reads
// no more of a reply than its head and how long it is, so that the server is what takes the time.

import net from 'node:net'
import type { Generated, Load, LoadedPort } from './load.ts'

const CONNECTIONS = 16
const PATIENCE_MS = 60_000

process.on('message', async (load: LoadedPort) => {
  try {
    process.send!(await answered(load))
  } catch (error) {
    process.send!({ error: (error as Error).message })
  }
})

async function answered(load: LoadedPort): Promise<Generated> {
  const start = performance.now()
  const end = start + (load.milliseconds ?? Infinity)
  const left = { requests: load.requests ?? Infinity }
  const mayAsk = (): boolean => left.requests-- > 0 && performance.now() < end
  const connections = Array.from({ length: CONNECTIONS }, () => keepAsking(load, mayAsk))
  const counts = await Promise.all(connections)
  const requests = counts.reduce((sum, count) => sum + count, 0)
  return { requests, seconds: (performance.now() - start) / 1000 }
}

/** Asks again and again on one connection while it may, and says how often. */
function keepAsking(load: LoadedPort, mayAsk: () => boolean): Promise<number> {
  const messages = load.targets.map((target) => messageFor(target, load))
  return new Promise((resolve, reject) => {
    const socket = net.connect(load.port, '127.0.0.1')
    let count = 0
    const fail = (why: string): void => {
      socket.destroy()
      reject(new Error(why))
    }
    const ask = (): void => {
      if (!mayAsk()) return void socket.end(() => resolve(count))
      socket.write(messages[count++ % messages.length]!)
    }
    const take = replyReader(ask, fail)
    socket
      .setTimeout(PATIENCE_MS, () => fail(`no answer within ${PATIENCE_MS / 1000} s`))
      .on('connect', ask)
      .on('data', take)
      .on('error', (error) => fail(error.message))
      .on('close', () => fail('the server closed a connection that it was asked on'))
  })
}

function messageFor(target: string, { headers = [], posts = 0 }: Load): Buffer {
  const lines = [`${posts > 0 ? 'POST' : 'GET'} ${target} HTTP/1.1`, 'Host: 127.0.0.1', ...headers]
  if (posts > 0) lines.push('Content-Type: application/json', `Content-Length: ${posts}`)
  const body = posts > 0 ? JSON.stringify(' '.repeat(posts - 2)) : ''
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

/** Takes the bytes of replies that come one after the other. */
function replyReader(done: () => void, fail: (why: string) => void): (bytes: Buffer) => void {
  let start = ''
  let left: number | 'chunks' | undefined
  return (bytes) => {
    if (left === undefined) {
      start += bytes.toString('latin1')
      const headEnd = start.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      const head = start.slice(0, headEnd)
      if (!head.startsWith('HTTP/1.1 200 ')) return fail(head)
      const length = /^content-length: (\d+)$/im.exec(head)?.[1]
      left = length === undefined ? 'chunks' : Number(length) - (start.length - headEnd - 4)
    } else if (left === 'chunks') start = start.slice(-7) + bytes.subarray(-7).toString('latin1')
    else left -= bytes.length
    if (left === 'chunks' ? !start.endsWith('\r\n0\r\n\r\n') : left > 0) return
    start = ''
    left = undefined
    done()
  }
}
