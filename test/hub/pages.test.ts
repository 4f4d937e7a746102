import { expect, test } from 'vitest'
import { exchange, message } from '../support/raw-client.ts'
import { portOf, startTestHub, startWorker } from './workers.ts'

const EVIL = 'http://evil.example'
const MARK = 'baggage: mockberth=a'
const PREFLIGHT = [
  'Access-Control-Request-Method: GET',
  'Access-Control-Request-Headers: baggage',
] as const
const REFUSED = `mockberth: pages of ${EVIL} may not call this mock. To let them, declare it: cors: ["${EVIL}"]\n`

test.for<[what: string, requestLine: string, headers: readonly string[], text: string]>([
  ['a plain request', 'GET /who', [`Origin: ${EVIL}`], REFUSED],
  ['a request with a mark', 'GET /who', [`Origin: ${EVIL}`, MARK], REFUSED],
  ['a form', 'POST /echo', [`Origin: ${EVIL}`, 'Content-Type: text/plain'], REFUSED],
  ['a form with a mark', 'POST /echo', [`Origin: ${EVIL}`, MARK], REFUSED],
  ['a preflight', 'OPTIONS /who', [`Origin: ${EVIL}`, ...PREFLIGHT], REFUSED],
  ['a preflight with a mark', 'OPTIONS /who', [`Origin: ${EVIL}`, ...PREFLIGHT, MARK], REFUSED],
  [
    'an image',
    'GET /who',
    ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', `Referer: ${EVIL}/`, MARK],
    REFUSED,
  ],
  [
    'an image without a referrer',
    'GET /who',
    ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', MARK],
    'mockberth: pages of another site may not call this mock.\n',
  ],
  [
    'a page without an origin',
    'GET /who',
    ['Origin: null', MARK],
    'mockberth: pages of null may not call this mock. To let them, declare it: cors: ["null"]\n',
  ],
])('%s of a page of another origin is refused', async ([, requestLine, headers, text]) => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  const reply = await exchange(portOf(hub.apis), message(requestLine, headers))
  expect(reply.status).toBe(403)
  expect(reply.body.toString()).toBe(text)
  expect(reply.all('access-control-allow-origin')).toEqual([])
  expect(await worker.order('received', 'a')).toEqual([])
})

test('a page that points its own name at this machine is refused', async () => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  const headers = ['Host: evil.example', 'Sec-Fetch-Site: same-origin', MARK]
  const reply = await exchange(portOf(hub.apis), message('GET /who', headers))
  expect(reply.status).toBe(421)
  expect(reply.body.toString()).toMatch(/^mockberth: the Host header says "evil\.example"/)
  expect(await worker.order('received', 'a')).toEqual([])
})

test.for<[what: string, headers: readonly string[]]>([
  ['a page of this machine', ['Origin: http://localhost:3000', 'Sec-Fetch-Site: cross-site']],
  [
    'an image of such a page',
    ['Referer: http://localhost:3000/', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'],
  ],
  ['a URL that somebody has typed', ['Sec-Fetch-Site: none']],
  ['the app', []],
])('%s is answered', async ([, headers]) => {
  const hub = await startTestHub()
  const worker = await startWorker(hub.folder)
  await worker.order('open', 'a')
  const reply = await exchange(portOf(hub.apis), message('GET /who', [...headers, MARK]))
  expect(reply.body.toString()).toBe(`${worker.child.pid} a`)
})
