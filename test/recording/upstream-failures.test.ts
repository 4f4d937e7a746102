import { once } from 'node:events'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { readFileSync } from 'node:fs'
import tls from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { startRawApi, startRealApi } from '../responders/real-api.ts'
import { certify } from '../support/certificates.ts'
import { createFolder } from '../support/har.ts'
import { connect, message } from '../support/raw-client.ts'
import { entriesOf, filesBeside, startRecording, type Recording } from './upstream.ts'

const GOOD = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood'

/** An upstream that answers well once, and then in another way. */
async function startBreaking(then: (socket: Socket) => void): Promise<string> {
  let answered = 0
  const { url } = await startRawApi((socket) => {
    socket.on('data', () => (answered++ === 0 ? void socket.end(GOOD) : then(socket)))
  })
  return url
}

/** Starts a set on a recording in which `/a` has a good entry. */
async function recordGood(
  upstream: string,
  upstreamTimeout?: number,
): Promise<[Recording, string]> {
  const recording = `${await createFolder()}/api.har`
  const definition = { upstream, recording, ...(upstreamTimeout && { upstreamTimeout }) }
  const first = await startRecording(definition)
  expect(await first.ask('/a')).toBe('good')
  await first.stop()
  return [await startRecording(definition), recording]
}

async function expectGoodKept([recording, file]: [Recording, string]): Promise<void> {
  await recording.stop()
  expect(entriesOf(file).map(({ response }) => response.content.text)).toEqual(['good'])
  expect(filesBeside(file)).toEqual(['api.har'])
}

test.for<[what: string, then: Parameters<typeof startBreaking>[0], status: number, reason: RegExp]>(
  [
    ['closes the connection', (socket) => socket.destroy(), 502, /other side closed/],
    ['resets it', (socket) => socket.resetAndDestroy(), 502, /ECONNRESET/],
    [
      'sends what is no HTTP',
      (socket) => socket.end('220 smtp ready\r\n'),
      502,
      /HTTPParserError|Expected HTTP/,
    ],
    ['is silent', () => {}, 504, /Headers Timeout Error/],
  ],
)(
  'an upstream that %s: the client and the test are told, and the good entry stays',
  async ([, then, status, reason]) => {
    const upstream = await startBreaking(then)
    const recorded = await recordGood(upstream, 300)
    const [{ api, running }] = recorded
    const reply = await fetch(`${api.url}/a`)
    const text = await reply.text()
    expect(reply.status).toBe(status)
    expect(text).toContain(`mockberth: api: the upstream ${upstream} did not answer GET /a: `)
    expect(text).toMatch(reason)
    expect(() => running.verify()).toThrow(
      expect.objectContaining({
        code: 'UNHANDLED_REQUEST',
        message: expect.stringContaining(
          `Unanswered request to api: GET /a\n\nthe upstream ${upstream} `,
        ),
      }),
    )
    await expectGoodKept(recorded)
  },
)

test.for<[what: string, begin: string]>([
  ['with its length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'],
  ['in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
])(
  'an upstream that breaks off midway (%s): the same reset, and nothing half is kept',
  async ([, begin]) => {
    const upstream = await startBreaking((socket) => socket.write(begin, () => socket.destroy()))
    const recorded = await recordGood(upstream)
    const [{ api, running }] = recorded
    const client = await connect(api.port)
    client.send(message('GET /a'))
    expect(await client.over()).toBe('ECONNRESET')
    expect(() => running.verify()).toThrow(`the reply of the upstream ${upstream} broke: `)
    await expectGoodKept(recorded)
  },
)

test('a client that leaves in the middle leaves nothing half', async () => {
  const upstream = await startBreaking((socket) =>
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'),
  )
  const recorded = await recordGood(upstream)
  const client = await connect(recorded[0].api.port)
  client.send(message('GET /a'))
  await client.until(/half/)
  client.socket.destroy()
  await expect.poll(() => recorded[0].api.exchanges[0]?.outcome).toBe('aborted')
  await expectGoodKept(recorded)
})

test('an upstream that is not there is a 502, and there is no recording of it', async () => {
  const gone = await startRealApi(() => {})
  const recording = `${await createFolder()}/api.har`
  const upstream = 'http://127.0.0.1:1'
  const { ask, running, stop } = await startRecording({ upstream, recording })
  expect(gone.asked).toEqual([])
  expect(await ask('/a')).toMatch(
    /did not answer GET \/a: connect ECONNREFUSED 127\.0\.0\.1:1 \(ECONNREFUSED\)/,
  )
  expect(() => running.verify()).toThrow('ECONNREFUSED')
  await stop()
  expect(filesBeside(recording)).toEqual([])
})

test('onUnhandled decides about an upstream that does not answer, too', async () => {
  const recording = `${await createFolder()}/api.har`
  const { ask, running } = await startRecording({
    upstream: 'http://127.0.0.1:1',
    recording,
    onUnhandled: 'ignore',
  })
  expect(await ask('/a')).toContain('ECONNREFUSED')
  expect(() => running.verify()).not.toThrow()
})

/** Starts an HTTPS server whose authority this process believes, for one test. */
async function startSecure(days: number): Promise<string> {
  const { key, cert, authority } = certify(await createFolder(), days)
  const before = tls.getCACertificates('default')
  tls.setDefaultCACertificates([...before, readFileSync(authority, 'utf8')])
  const server = https.createServer({ key, cert }, (_, outgoing) => outgoing.end('secret place'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    tls.setDefaultCACertificates(before)
    server.closeAllConnections()
    server.close()
  })
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('an HTTPS upstream is recorded, with the time that its handshake took', async () => {
  const recording = `${await createFolder()}/api.har`
  const upstream = await startSecure(2)
  const { ask, stop } = await startRecording({ upstream, recording })
  expect(await ask('/a')).toBe('secret place')
  await stop()
  const [{ request, timings, serverIPAddress }] = entriesOf(recording)
  expect(request.url).toBe(`${upstream}/a`)
  expect(timings.ssl).toBeGreaterThan(0)
  expect(serverIPAddress).toBe('127.0.0.1')
})

test('an upstream whose certificate has expired is a 502 that says so', async () => {
  const recording = `${await createFolder()}/api.har`
  const upstream = await startSecure(-1)
  const { ask, running, stop } = await startRecording({ upstream, recording })
  expect(await ask('/a')).toBe(
    `mockberth: api: the upstream ${upstream} did not answer GET /a: certificate has expired (CERT_HAS_EXPIRED). See whether this machine can reach it, or answer the request with a handler.\n`,
  )
  expect(() => running.verify()).toThrow('CERT_HAS_EXPIRED')
  await stop()
  expect(filesBeside(recording)).toEqual([])
})
