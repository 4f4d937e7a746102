import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import type { CorsPolicy } from '../../src/index.ts'
import { exchange, message, type RawReply } from '../support/raw-client.ts'
import { startApi } from './start-api.ts'

const PAGE = 'http://localhost:5173'
const ELSEWHERE = 'https://app.example'

const handlers = [
  http.post('/login', () =>
    HttpResponse.json(
      { ok: true },
      {
        headers: [
          ['x-request-id', '1'],
          ['set-cookie', 'a=1'],
        ],
      },
    ),
  ),
]

async function ask(cors: CorsPolicy | undefined, origin: string): Promise<RawReply> {
  const api = await startApi(handlers, cors === undefined ? {} : { cors })
  return exchange(api.port, message('POST /login', [`Origin: ${origin}`], '{}'))
}

async function preflight(cors: CorsPolicy | undefined, origin: string): Promise<RawReply> {
  const api = await startApi(handlers, {
    onUnhandled: 'ignore',
    ...(cors !== undefined && { cors }),
  })
  return exchange(
    api.port,
    message('OPTIONS /login', [
      `Origin: ${origin}`,
      'Access-Control-Request-Method: POST',
      'Access-Control-Request-Headers: authorization,content-type',
    ]),
  )
}

const ALLOWED: [CorsPolicy | undefined, string][] = [
  [undefined, PAGE],
  [undefined, 'http://127.0.0.1:3000'],
  [undefined, 'http://[::1]:3000'],
  ['loopback', 'http://app.localhost'],
  ['loopback', 'https://localhost'],
  [true, ELSEWHERE],
  [true, 'null'],
  [[ELSEWHERE], ELSEWHERE],
  [['https://other.example', ELSEWHERE], ELSEWHERE],
]

const DENIED: [CorsPolicy | undefined, string][] = [
  [undefined, ELSEWHERE],
  [undefined, 'http://localhost.evil.example'],
  [undefined, 'null'],
  ['loopback', 'http://192.168.1.10:3000'],
  [[ELSEWHERE], PAGE],
  [[ELSEWHERE], `${ELSEWHERE}:8443`],
  [[], PAGE],
]

test.each(ALLOWED)(
  'cors %j lets pages of %s read replies, with credentials',
  async (cors, origin) => {
    const reply = await ask(cors, origin)
    expect(reply.status).toBe(200)
    expect(reply.all('access-control-allow-origin')).toEqual([origin])
    expect(reply.all('access-control-allow-credentials')).toEqual(['true'])
    expect(reply.all('vary')).toEqual(['Origin'])
    expect(reply.all('access-control-expose-headers')).toEqual([
      'content-length, content-type, x-request-id',
    ])
  },
)

test.each(ALLOWED)('cors %j lets pages of %s send what they like', async (cors, origin) => {
  const reply = await preflight(cors, origin)
  expect(reply.status).toBe(204)
  expect(reply.all('access-control-allow-origin')).toEqual([origin])
  expect(reply.all('access-control-allow-credentials')).toEqual(['true'])
  expect(reply.all('access-control-allow-methods')).toEqual(['POST'])
  expect(reply.all('access-control-allow-headers')).toEqual(['authorization,content-type'])
})

test.each(DENIED)('cors %j does not let pages of %s read replies', async (cors, origin) => {
  const reply = await ask(cors, origin)
  expect(reply.status).toBe(200)
  expect(reply.rawHeaders.join('\n')).not.toMatch(/access-control/i)
})

test.each(DENIED)(
  'cors %j denies the preflight of %s, and says what to declare',
  async (cors, origin) => {
    const reply = await preflight(cors, origin)
    expect(reply.status).toBe(403)
    expect(reply.rawHeaders.join('\n')).not.toMatch(/access-control/i)
    expect(reply.body.toString()).toContain(`cors: [${JSON.stringify(origin)}]`)
  },
)

test('cors false adds nothing, and leaves preflights to http.options()', async () => {
  const api = await startApi(
    [
      ...handlers,
      http.options(
        '/login',
        () =>
          new HttpResponse(null, {
            status: 204,
            headers: { 'access-control-allow-origin': 'mine' },
          }),
      ),
    ],
    { cors: false },
  )
  const headers = [`Origin: ${PAGE}`, 'Access-Control-Request-Method: POST']
  const asked = await exchange(api.port, message('OPTIONS /login', headers))
  expect([asked.status, asked.all('access-control-allow-origin')]).toEqual([204, ['mine']])
  const posted = await exchange(api.port, message('POST /login', headers, '{}'))
  expect(posted.rawHeaders.join('\n')).not.toMatch(/access-control/i)
})

test('a preflight is no request of the API: no handler and no journal sees it', async () => {
  const seen: string[] = []
  const api = await startApi([http.all('*', ({ request }) => void seen.push(request.method))])
  const headers = [`Origin: ${PAGE}`, 'Access-Control-Request-Method: POST']
  expect((await exchange(api.port, message('OPTIONS /login', headers))).status).toBe(204)
  expect(seen).toEqual([])
  expect(api.exchanges).toEqual([])
})

test('OPTIONS that is no preflight goes to the handlers', async () => {
  const api = await startApi([
    http.options('/login', () => new HttpResponse(null, { headers: { allow: 'POST' } })),
  ])
  const reply = await exchange(api.port, message('OPTIONS /login', [`Origin: ${PAGE}`]))
  expect([reply.status, reply.all('allow')]).toEqual([200, ['POST']])
})

test('CORS headers of the handler win', async () => {
  const headers = {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'x-mine',
    vary: 'Accept',
  }
  const api = await startApi([http.get('/own', () => new HttpResponse(null, { headers }))])
  const reply = await exchange(api.port, message('GET /own', [`Origin: ${PAGE}`]))
  expect(reply.all('access-control-allow-origin')).toEqual(['*'])
  expect(reply.all('access-control-allow-credentials')).toEqual([])
  expect(reply.all('access-control-expose-headers')).toEqual(['x-mine'])
  expect(reply.all('vary')).toEqual(['Accept'])
})

test('without Origin nothing is added', async () => {
  const api = await startApi(handlers, { cors: true })
  const reply = await exchange(api.port, message('POST /login', [], '{}'))
  expect(reply.rawHeaders.join('\n')).not.toMatch(/access-control|vary/i)
})

test('a page can read why a request failed or was not handled', async () => {
  const api = await startApi(
    [
      http.get('/boom', () => {
        throw new Error('boom')
      }),
    ],
    { onUnhandled: 'ignore' },
  )
  for (const [path, status] of [
    ['/boom', 500],
    ['/nobody', 501],
  ] as const) {
    const reply = await exchange(api.port, message(`GET ${path}`, [`Origin: ${PAGE}`]))
    expect([reply.status, reply.all('access-control-allow-origin')]).toEqual([status, [PAGE]])
  }
})
