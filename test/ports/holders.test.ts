import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { holdersBySystem, holdersOf } from '../../src/ports/holders.ts'

const hasSs = spawnSync('ss', ['-V']).status === 0

async function listen(host: string): Promise<number> {
  const server = net.createServer()
  onTestFinished(() => void server.close())
  await once(server.listen(0, host), 'listening')
  return (server.address() as net.AddressInfo).port
}

test.for(['127.0.0.1', '0.0.0.0', '::1', '::', '127.1.2.3'])(
  'who listens on %s is found, with the address as it is bound',
  async (host) => {
    const port = await listen(host)
    expect(await holdersOf(port)).toEqual([
      {
        address: host,
        process: {
          pid: process.pid,
          command: expect.stringContaining('node'),
          begun: expect.any(Date),
        },
      },
    ])
  },
)

test('when a process began is when it began', async () => {
  const [holder] = await holdersOf(await listen('127.0.0.1'))
  const began = Date.now() - process.uptime() * 1000
  expect(Math.abs(holder!.process!.begun!.getTime() - began)).toBeLessThan(3000)
})

test('of a parent and a child that have the same socket, it is the parent', async () => {
  const text = `
    const server = require('node:net').createServer().listen(0, '127.0.0.1', () => {
      const stdio = ['ignore', 'ignore', 'ignore', server._handle.fd]
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio })
      child.once('spawn', () => console.log(server.address().port))
    })`
  const parent = spawn(process.execPath, ['-e', text], { detached: true, stdio: 'pipe' })
  onTestFinished(() => void process.kill(-parent.pid!, 'SIGKILL'))
  const [chunk] = (await once(parent.stdout, 'data')) as [Buffer]
  const [holder] = await holdersOf(Number(chunk.toString()))
  expect(holder!.process!.pid).toBe(parent.pid)
})

test('nobody is nobody', async () => {
  const server = net.createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  expect(await holdersOf(port)).toEqual([])
})

test.runIf(hasSs)('what other systems are asked says the same here', async () => {
  for (const host of ['127.0.0.1', '0.0.0.0', '::1']) {
    const port = await listen(host)
    const [own] = await holdersOf(port)
    const [other] = await holdersBySystem(port)
    expect(other).toMatchObject({ address: host, process: { pid: own!.process!.pid } })
    expect(other!.process!.command).toContain('node')
    const apart = other!.process!.begun!.getTime() - own!.process!.begun!.getTime()
    expect(Math.abs(apart)).toBeLessThan(3000)
  }
})
