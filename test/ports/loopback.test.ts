import { spawnSync } from 'node:child_process'
import net from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { defineMocks } from '../../src/index.ts'
import { portsOf } from '../support/listeners.ts'
import { startMocks } from '../support/start.ts'

const modules = ['../../src/index.ts', '../support/listeners.ts'].map((path) =>
  JSON.stringify(new URL(path, import.meta.url).href),
)

/**
 * Runs a script, with `defineMocks` and `portsOf` in reach, in a shell that has set its stage; on
 * request in a network of its own.
 */
function runOnStage(
  stage: string,
  script: string,
  launcher: readonly string[] = [],
): { status: number | null; output: string } {
  const program = `
    const { defineMocks } = await import(${modules[0]})
    const { portsOf } = await import(${modules[1]})
    ${script}`
  const shell = ['sh', '-c', `${stage}; exec "$0" --input-type=module -e "$1"`]
  const [command, ...args] = [...launcher, ...shell, process.execPath, program]
  const { status, stdout, stderr } = spawnSync(command!, args, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  })
  return { status, output: stdout + stderr }
}

function inOwnNetwork(stage: string, script: string): ReturnType<typeof runOnStage> {
  return runOnStage(`ip link set lo up; ${stage}`, script, ['unshare', '-rn'])
}

const canUnshare = spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up']).status === 0

async function occupy(host: string, port = 0): Promise<net.AddressInfo> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return server.address() as net.AddressInfo
}

function spyOnWarnings(): string[] {
  const warnings: string[] = []
  const warn = vi.spyOn(console, 'warn').mockImplementation((text) => void warnings.push(text))
  onTestFinished(() => warn.mockRestore())
  return warnings
}

async function freePort(): Promise<number> {
  const running = await defineMocks({ one: {} }).start()
  await running.stop()
  return running.apis.one.port
}

test('a preferred port is taken, and can be taken again right after stop', async () => {
  const warnings = spyOnWarnings()
  const port = await freePort()
  for (let round = 0; round < 3; round++) {
    const running = await startMocks({ one: { port } })
    expect(running.apis.one.port).toBe(port)
    await running.stop()
  }
  expect(warnings).toEqual([])
})

test.for(['127.0.0.1', '::1', '0.0.0.0', '::'])(
  'a preferred port that is in use on %s is not waited for, and that is said',
  async (host) => {
    const warnings = spyOnWarnings()
    const { port } = await occupy(host)
    const { apis } = await startMocks({ one: { port } })
    expect(apis.one.port).not.toBe(port)
    expect((await fetch(apis.one.url)).status).toBe(501)
    expect(warnings).toEqual([
      `mockberth: one listens on port ${apis.one.port}, because port ${port} is not free. End what has it, or declare another port.`,
    ])
  },
)

test('two sets that prefer the same port both start', async () => {
  const warnings = spyOnWarnings()
  const port = await freePort()
  const sets = await Promise.all([startMocks({ one: { port } }), startMocks({ one: { port } })])
  const ports = sets.map(({ apis }) => apis.one.port)
  expect(new Set(ports).size).toBe(2)
  expect(warnings.length).toBeGreaterThan(0)
})

test('while an API is down, its port is not given to anybody who asks for a free one', async () => {
  const { apis } = await startMocks({ one: {} })
  await apis.one.stop()
  for (let count = 0; count < 300; count++) {
    const server = net.createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    expect((server.address() as net.AddressInfo).port).not.toBe(apis.one.port)
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  await apis.one.start()
  expect((await fetch(apis.one.url)).status).toBe(501)
})

test('a port that was taken while its API was down is PORT_TAKEN', async () => {
  const { apis } = await startMocks({ one: {} })
  await apis.one.stop()
  await occupy('127.0.0.1', apis.one.port)
  await expect(apis.one.start()).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: `port ${apis.one.port} on 127.0.0.1 or ::1 is in use by another program. End that program, or leave the port free to choose.`,
  })
  expect(portsOf(process.pid)).toEqual([apis.one.port])
})

test('a process that only has mocks ends by itself', () => {
  const script = `
    const { apis } = await defineMocks({ one: {} }).start()
    await (await fetch(apis.one.url)).text()
    console.log('done')`
  expect(runOnStage(':', script)).toEqual({ status: 0, output: 'done\n' })
})

const startMany = `
  const sets = Object.fromEntries(Array.from({ length: 40 }, (_, index) => ['api' + index, {}]))
  await defineMocks(sets).start().catch((error) => console.log(error.code, error.message))
  console.log(portsOf(process.pid).length)`

test('too many open files: BIND_FAILED says so, and what was opened is closed', () => {
  expect(runOnStage('ulimit -n 60', startMany)).toEqual({
    status: 0,
    output:
      'BIND_FAILED no port can be opened on 127.0.0.1 (EMFILE). Raise the limit of open files (`ulimit -n`), or start fewer mocks at once.\n0\n',
  })
})

test.runIf(canUnshare)('no port left on the machine: NO_PORTS_LEFT', () => {
  const stage = 'echo 40000 40009 > /proc/sys/net/ipv4/ip_local_port_range'
  expect(inOwnNetwork(stage, startMany)).toEqual({
    status: 0,
    output:
      'NO_PORTS_LEFT this machine has no free port left on 127.0.0.1: every ephemeral port is in use. End programs that hold many connections or listeners (`ss -tan` lists them), or widen the range (net.ipv4.ip_local_port_range on Linux).\n0\n',
  })
})

test.runIf(canUnshare)('a machine without IPv6 gets IPv4 alone', () => {
  const script = `
    const { apis } = await defineMocks({ one: {} }).start()
    console.log((await fetch(apis.one.url)).status)
    console.log(portsOf(process.pid).length)`
  const stage = 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6'
  expect(inOwnNetwork(stage, script)).toEqual({ status: 0, output: '501\n1\n' })
})

test.runIf(canUnshare)('a port that is taken on ::1 alone is passed over', () => {
  const script = `
    const { createServer } = await import('node:net')
    const taken = []
    for (let port = 40000; port < 40010; port++) {
      taken.push(new Promise((resolve) => createServer().listen(port, '::1', resolve)))
    }
    await Promise.all(taken)
    const { apis } = await defineMocks({ one: {} }).start()
    console.log(apis.one.port >= 40010, (await fetch(apis.one.url)).status)
    process.exit()`
  const stage = 'echo 40000 40019 > /proc/sys/net/ipv4/ip_local_port_range'
  expect(inOwnNetwork(stage, script)).toEqual({ status: 0, output: 'true 501\n' })
})
