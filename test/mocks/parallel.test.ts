import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { listeningPorts, portsOf } from '../support/listeners.ts'
import type { Marked } from '../support/many-sets.ts'

const PROCESSES = 8
const ROUNDS = 5
const script = new URL('../support/many-sets.ts', import.meta.url)

async function answer(child: ChildProcess, message?: string): Promise<unknown> {
  const [reply] = await Promise.all([once(child, 'message'), message && child.send(message)])
  return reply[0]
}

async function markAt(host: string, port: number): Promise<string> {
  return (await fetch(`http://${host}:${port}/mark`)).text()
}

test('8 processes x 4 sets x 3 APIs at once: no clash, every URL answers as its own, none is left', async () => {
  const children = Array.from({ length: PROCESSES }, () => fork(script, { execArgv: [] }))
  onTestFinished(() => {
    for (const child of children) child.kill()
  })
  await Promise.all(children.map((child) => answer(child)))
  for (let round = 0; round < ROUNDS; round++) {
    const replies = await Promise.all(children.map((child) => answer(child, 'start')))
    const all = replies.flat() as Marked[]
    expect(new Set(all.map(({ port }) => port)).size).toBe(PROCESSES * 4 * 3)
    for (const host of ['127.0.0.1', '[::1]']) {
      const marks = await Promise.all(all.map(({ port }) => markAt(host, port)))
      expect(marks).toEqual(all.map(({ mark }) => mark))
    }
    await Promise.all(children.map((child) => answer(child, 'stop')))
    for (const child of children) expect(portsOf(child.pid!)).toEqual([])
    const listening = listeningPorts()
    expect(all.filter(({ port }) => listening.has(port))).toEqual([])
  }
})
