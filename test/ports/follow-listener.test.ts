import { once } from 'node:events'
import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { followListener } from '../../src/ports/listeners.ts'

/** Begins to listen on a port, or on a free one. */
async function listen(port = 0): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = net.createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return {
    port: (server.address() as net.AddressInfo).port,
    close: async () => void (await once(server.close(), 'close')),
  }
}

test.for([
  ['a process that is known', [process.pid]],
  ['one of somebody else', []],
] as const)('whether %s listens, each time that it is asked', async ([, pids]) => {
  const { port, close } = await listen()
  const isListenedOn = followListener(port, async () => pids)
  expect([await isListenedOn(), await isListenedOn()]).toEqual([true, true])
  await close()
  expect([await isListenedOn(), await isListenedOn()]).toEqual([false, false])
  await listen(port)
  expect([await isListenedOn(), await isListenedOn()]).toEqual([true, true])
})
