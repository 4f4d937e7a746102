import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { defineMocks, type RunningMocks } from 'mockberth'
import { bypass, http as msw, passthrough } from 'msw'
import { afterAll, beforeAll, expect, test } from 'vitest'

// The real API, which says what it was asked and compresses it.
const upstream = http.createServer((request, response) => {
  const seen = { url: request.url, accept: request.headers.accept, host: request.headers.host }
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
  response.end(gzipSync(JSON.stringify(seen)))
})
let host: string
let running: RunningMocks<'proxied'>

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${(upstream.address() as AddressInfo).port}`
  const mocks = defineMocks({
    proxied: {
      mode: 'forward',
      upstream: `http://${host}`,
      handlers: () => [
        msw.get('/passed', () => passthrough()),
        msw.get('/bypassed', ({ request }) => fetch(bypass(request))),
      ],
    },
  })
  running = await mocks.start({ env: false })
})

afterAll(async () => {
  await running.stop()
  upstream.close()
  upstream.closeAllConnections()
})

test.each([
  ['/passed', 'forwarded'],
  ['/bypassed', 'mocked'],
  ['/unknown', 'forwarded'],
])('%s reaches the upstream (%s)', async (path, outcome) => {
  const { proxied } = running.apis
  const response = await fetch(`${proxied.url}${path}?q=1`, { headers: { accept: 'text/json' } })
  expect(await response.json()).toEqual({ url: `${path}?q=1`, accept: 'text/json', host })
  expect(proxied.find('GET', path)?.outcome).toBe(outcome)
})
