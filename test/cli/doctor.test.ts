import { spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { certify } from '../support/certificates.ts'
import { createFolder } from '../support/har.ts'
import { ownPort } from '../support/own-port.ts'
import { createProject } from '../support/project.ts'
import { ask, NO_PROXY, of } from './asked-doctor.ts'
import { startCommand } from './declared-project.ts'

async function listen(server: net.Server, host: string, port = 0): Promise<number> {
  server.listen(port, host)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as net.AddressInfo).port
}

/** Another process that listens somewhere. */
async function otherProcess(host: string, port = 0): Promise<{ pid: number; port: number }> {
  const text = `require('http').createServer((q, s) => s.end()).listen(${port}, '${host}', function () { console.log(this.address().port) })`
  const child = spawn(process.execPath, ['-e', text], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  return { pid: child.pid!, port: Number(chunk.toString()) }
}

test('a port that another process holds: who it is, since when, and how it is freed', async () => {
  const { pid, port } = await otherProcess('127.0.0.1')
  const { findings, healthy, code } = await ask([String(port)])
  const [listening] = of(findings, 'listening')
  expect(listening!.found).toMatch(
    new RegExp(
      `^\\S*node -e require.* \\(process ${pid}, since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\) listens on 127\\.0\\.0\\.1$`,
    ),
  )
  const since = /since ([\d: -]+)\)/.exec(listening!.found)![1]!
  expect(Math.abs(Date.now() - new Date(since).getTime())).toBeLessThan(60_000)
  expect(listening!.mend).toEqual([`kill ${pid}   # ends it, and frees the port`])
  expect(of(findings, 'protocol')).toMatchObject([
    { state: 'good', found: `127.0.0.1:${port} speaks HTTP: HTTP/1.1 200 OK` },
  ])
  expect([healthy, code]).toEqual([true, 0])
})

test('nobody listens: what a number says, and what to do', async () => {
  const [low, given] = [await ownPort(), await closedEphemeralPort()]
  const { findings, healthy, code } = await ask([String(low), `http://localhost:${given}/x`])
  expect(of(findings, 'listening')).toEqual([
    {
      check: 'listening',
      state: 'bad',
      found: `nobody listens on port ${low}`,
      meaning:
        'Connections are refused. The service has ended, has not begun, or listens on another port.',
      mend: ['Start the service again.', 'ss -tlnp   # shows who listens where'],
    },
    {
      check: 'listening',
      state: 'bad',
      found: `nobody listens on port ${given}`,
      meaning: expect.stringContaining('most likely that of a run that has ended.'),
      mend: [
        'Start the service, or the tests, again, and take the URL that they have now.',
        'npx mockberth doctor .env   # finds old URLs in files',
      ],
    },
  ])
  expect([healthy, code]).toEqual([false, 1])
})

async function closedEphemeralPort(): Promise<number> {
  const server = net.createServer()
  const port = await listen(server, '127.0.0.1')
  server.close()
  await once(server, 'close')
  return port
}

test('what listens on ::1 alone is not found at 127.0.0.1, and the other way round', async () => {
  const six = await listen(http.createServer(), '::1')
  const four = await listen(http.createServer(), '127.0.0.1')
  const { findings, code } = await ask([
    String(six),
    `http://[::1]:${four}`,
    `http://[::1]:${six}`,
    `localhost:${six}`,
  ])
  const listening = of(findings, 'listening')
  expect(listening.map(({ state }) => state)).toEqual(['bad', 'bad', 'good', 'good'])
  expect(listening[0]).toMatchObject({
    found: expect.stringMatching(/ listens on ::1$/),
    meaning: `That is what \`localhost\` leads to in many servers (https://github.com/nodejs/node/issues/40702). 127.0.0.1:${six} is refused: it listens on ::1 alone.`,
    mend: [
      `Ask http://[::1]:${six} in place of it.`,
      'Or let it listen on 127.0.0.1: most servers take --host 127.0.0.1.',
    ],
  })
  expect(listening[1]!.meaning).toBe(`[::1]:${four} is refused: it listens on 127.0.0.1 alone.`)
  expect(code).toBe(1)
})

test('two programs on one port are a conflict of those who ask localhost', async () => {
  const { pid, port } = await otherProcess('127.0.0.1')
  const other = await otherProcess('::1', port)
  const { findings, code } = await ask([`http://localhost:${port}`])
  const [listening] = of(findings, 'listening')
  expect(listening).toMatchObject({
    state: 'bad',
    meaning: `localhost:${port} is one or the other, by who asks: they have the port on different addresses.`,
    mend: [
      `kill ${pid}   # ends it, and frees the port`,
      `kill ${other.pid}   # ends it, and frees the port`,
      'Or give one of them another port.',
    ],
  })
  expect(code).toBe(1)
})

test('what listens everywhere is found everywhere', async () => {
  const all = await listen(
    http.createServer((_request, response) => response.end()),
    '::',
  )
  const four = await listen(
    http.createServer((_request, response) => response.end()),
    '0.0.0.0',
  )
  const { healthy, findings } = await ask([String(all), `http://[::1]:${all}`, String(four)])
  expect(of(findings, 'protocol').map(({ state }) => state)).toEqual(['good', 'good', 'good'])
  expect(healthy).toBe(true)
})

test('HTTP where TLS is asked, and TLS where HTTP is asked', async () => {
  const { key, cert } = certify(await createFolder())
  const secure = await listen(
    https.createServer({ key, cert }, (_q, s) => s.end()),
    '127.0.0.1',
  )
  const plain = await listen(
    http.createServer((_q, s) => s.end()),
    '127.0.0.1',
  )
  const { findings } = await ask([
    `https://127.0.0.1:${secure}`,
    `http://127.0.0.1:${secure}`,
    `http://127.0.0.1:${plain}`,
    `https://127.0.0.1:${plain}`,
  ])
  const protocol = of(findings, 'protocol')
  expect(protocol.map(({ state, mend }) => [state, mend])).toEqual([
    ['good', undefined],
    ['bad', [`Write https://127.0.0.1:${secure}`]],
    ['good', undefined],
    ['bad', [`Write http://127.0.0.1:${plain}`]],
  ])
})

test('what takes connections and does not speak HTTP: silent, closing, greeting, stopped', async () => {
  const silent = await listen(net.createServer(), '127.0.0.1')
  const closing = await listen(
    net.createServer((socket) => socket.end()),
    '127.0.0.1',
  )
  const greeting = await listen(
    net.createServer((socket) => socket.end('220 mail.test\r\n')),
    '127.0.0.1',
  )
  const [{ findings }, meant] = await Promise.all([
    ask([silent, closing, greeting].map((port) => `http://127.0.0.1:${port}`)),
    // A database may well be meant.
    ask([`postgres://user:hunter2@127.0.0.1:${silent}/db`, `127.0.0.1:${greeting}`]),
  ])
  expect(of(findings, 'protocol').map(({ state, found }) => [state, found])).toEqual([
    ['bad', `127.0.0.1:${silent} takes connections, and says nothing within 2 seconds`],
    ['bad', `127.0.0.1:${closing} takes connections, and ends them`],
    ['bad', `127.0.0.1:${greeting} speaks first, which HTTP does not: 220 mail.test`],
  ])
  expect(of(meant.findings, 'protocol').map(({ state }) => state)).toEqual(['note', 'note'])
  expect(JSON.stringify(meant)).not.toContain('hunter2')
  expect(meant.code).toBe(0)
})

test('it asks nothing but OPTIONS *, and ends nothing', async () => {
  const asked: string[] = []
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end()
  })
  const port = await listen(server, '127.0.0.1')
  await ask([String(port), `http://127.0.0.1:${port}/delete-everything`])
  expect(asked).toEqual(['OPTIONS *', 'OPTIONS *'])
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('')
})

test('for people it is a list, with what it means and what mends it', async () => {
  const port = await ownPort()
  const project = createProject({})
  const { output, code } = await startCommand(project, ['doctor', String(port)], NO_PROXY).ended
  expect(output).toContain(`127.0.0.1:${port}
  ✗ nobody listens on port ${port}
    Connections are refused. The service has ended, has not begun, or listens on another port.
    → Start the service again.
    → ss -tlnp   # shows who listens where

this machine
`)
  expect(output).toContain('\n  ✓ no proxy is set\n')
  expect(code).toBe(1)
})

test.for([
  ['nonsense'],
  ['https://api.github.com'],
  ['70000'],
  ['no/such/file.env'],
  ['http://'],
  ['.'],
])('%s is an error that says what it takes', async ([what]) => {
  const project = createProject({})
  const { output, code } = await startCommand(project, ['doctor', what!]).ended
  expect(output).toBe(
    `mockberth: doctor got ${JSON.stringify(what)}; it takes a port of this machine (3000), a URL of one (http://localhost:3000), or a file that is there (.env).\n`,
  )
  expect(code).toBe(2)
})

test('a program that is stopped takes no connections in the end, and is said to hang', async () => {
  const { pid, port } = await otherProcess('127.0.0.1')
  process.kill(pid, 'SIGSTOP')
  const { findings, code } = await ask([`http://127.0.0.1:${port}`])
  expect(of(findings, 'protocol')).toMatchObject([{ state: 'bad' }])
  expect(code).toBe(1)
})
