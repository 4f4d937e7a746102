import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { claimPort, tryClaim, type PortClaim } from '../../src/ports/claim.ts'
import { portsOf } from '../support/listeners.ts'

const CLAIMER = fileURLToPath(new URL('claimer.process.ts', import.meta.url))

async function claim(): Promise<PortClaim> {
  const claimed = await claimPort()
  onTestFinished(() => claimed.release())
  return claimed
}

async function listenOn(port: number, host: string): Promise<net.Server> {
  const server = net.createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  onTestFinished(() => void server.close())
  return server
}

interface Claimer {
  readonly child: ChildProcess
  readonly ports: readonly number[]
}

async function startClaimer(count: number, options: { uid?: number } = {}): Promise<Claimer> {
  const child = fork(CLAIMER, [String(count)], options)
  onTestFinished(() => void child.kill('SIGKILL'))
  const [ports] = await once(child, 'message')
  return { child, ports: ports as number[] }
}

test('a claimed port is below those that the system gives out, and above those of services', async () => {
  for (let count = 0; count < 50; count++) {
    const { port } = await claim()
    expect(port).toBeGreaterThanOrEqual(20_000)
    expect(port).toBeLessThan(32_768)
  }
})

test.for(['127.0.0.1', '::1', '0.0.0.0', '::'])(
  'a process can listen on a claimed port, on %s',
  async (host) => {
    const { port } = await claim()
    expect(portsOf(process.pid)).not.toContain(port)
    await listenOn(port, host)
    expect(portsOf(process.pid)).toContain(port)
  },
)

test('what is claimed cannot be claimed until it is released', async () => {
  const { port, release } = await claim()
  expect(await tryClaim(port)).toBeUndefined()
  release()
  release()
  const again = await tryClaim(port)
  expect(again?.port).toBe(port)
  again?.release()
})

test.for(['127.0.0.1', '::1', '0.0.0.0', '::'])(
  'what somebody listens on, on %s, cannot be claimed',
  async (host) => {
    const { port, release } = await claim()
    release()
    await listenOn(port, host)
    expect(await tryClaim(port)).toBeUndefined()
  },
)

test('processes that claim at once claim different ports', async () => {
  const claimers = await Promise.all(Array.from({ length: 6 }, () => startClaimer(150)))
  expect(new Set(claimers.flatMap(({ ports }) => ports)).size).toBe(900)
})

test('a claim ends with its process, even when that is killed', async () => {
  const { child, ports } = await startClaimer(3)
  for (const port of ports) expect(await tryClaim(port)).toBeUndefined()
  child.kill('SIGKILL')
  await once(child, 'exit')
  for (const port of ports) {
    const claimed = await tryClaim(port)
    expect(claimed?.port).toBe(port)
    claimed?.release()
  }
})

test.runIf(process.getuid?.() === 0)('claims of other users hold, too', async () => {
  const { ports } = await startClaimer(3, { uid: 65_534 })
  for (const port of ports) expect(await tryClaim(port)).toBeUndefined()
})

test('a process that only has claims ends by itself', () => {
  const module = new URL('../../src/ports/claim.ts', import.meta.url).href
  const script = `const { claimPort } = await import("${module}"); await claimPort(); console.log("done")`
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'done\n' })
})

const canUnshare = spawnSync('unshare', ['-rn', 'true']).status === 0

test.runIf(canUnshare)('where the system gives out all ports, claims are among them', () => {
  const module = new URL('../../src/ports/claim.ts', import.meta.url).href
  const script = `
    const { claimPort } = await import("${module}")
    const claims = await Promise.all(Array.from({ length: 50 }, () => claimPort()))
    console.log(new Set(claims.map(({ port }) => port)).size)`
  const stage =
    'ip link set lo up; echo 1024 65535 > /proc/sys/net/ipv4/ip_local_port_range; exec "$0" --input-type=module -e "$1"'
  const { stdout, stderr } = spawnSync(
    'unshare',
    ['-rn', 'sh', '-c', stage, process.execPath, script],
    { encoding: 'utf8' },
  )
  expect(stdout + stderr).toBe('50\n')
})
