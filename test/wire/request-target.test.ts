import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { connect, exchange, message } from '../support/raw-client.ts'
import { startMocks } from '../support/start.ts'
import { startApi } from './start-api.ts'

const upstream = 'https://api.github.com'
/** Says what URL it was asked for. */
const urlEcho = http.all(/.*/, ({ request }) => HttpResponse.text(request.url))

test.each([
  '/',
  '/users/octocat?per_page=2&page=1',
  '/users?',
  '/?',
  '//evil/x',
  '//evil.example:81/x?y=1',
  '///x',
  '/a//b/',
  '/http://evil.example/x',
  '/a%2Fb%2fc',
  '/%zz/%/%4',
  '/%c3%28/%E4',
  '/caf%C3%A9/caf%c3%a9',
  '/a%00b',
  '/a;v=1,2/(b)!$&*+=:@~',
  "/it's",
  '/%41%5a',
  '/?q=%&r=+&r=%20&s=a/b?c',
  '/?filter[name]=x|y',
])(
  'the target %s reaches the handler behind the upstream’s origin, as it was sent',
  async (target) => {
    const api = await startApi([urlEcho], { upstream })
    const reply = await exchange(api.port, message(`GET ${target}`))
    expect(reply.body.toString()).toBe(upstream + target)
    expect(api.exchanges[0]?.request.target).toBe(target)
  },
)

test('without an upstream, the origin is the mock’s own', async () => {
  const api = await startApi([urlEcho])
  const reply = await exchange(api.port, message('GET //evil/x', ['Host: localhost:1']))
  expect(reply.body.toString()).toBe(`${api.url}//evil/x`)
})

test('what Fetch itself rewrites is rewritten in request.url, and kept in the journal', async () => {
  const api = await startApi([urlEcho], { upstream })
  for (const [target, seen] of [
    ['/a/../b', '/b'],
    ['/a/%2e%2e/b', '/b'],
    ['/{id}', '/%7Bid%7D'],
  ]) {
    const reply = await exchange(api.port, message(`GET ${target}`))
    expect(reply.body.toString()).toBe(upstream + seen)
    expect(api.exchanges.at(-1)?.request.target).toBe(target)
  }
})

test.each([
  ['http://api.github.com/users?page=1', '/users?page=1'],
  ['https://API.github.com:443/users', '/users'],
  ['http://127.0.0.1/users', '/users'],
  ['http://localhost:8080//users', '//users'],
  ['http://api.github.com', '/'],
  ['http://api.github.com?page=1', '/?page=1'],
])('the absolute-form target %s is the path %s', async (target, path) => {
  const api = await startApi([urlEcho], { upstream })
  const reply = await exchange(api.port, message(`GET ${target}`))
  expect(reply.status).toBe(200)
  expect(reply.body.toString()).toBe(upstream + path)
  expect(api.exchanges[0]?.request).toMatchObject({ target: path })
})

test('OPTIONS * reaches a handler for it', async () => {
  const api = await startApi([urlEcho], { upstream })
  const reply = await exchange(api.port, message('OPTIONS *'))
  expect(reply.body.toString()).toBe(`${upstream}/*`)
  expect(api.exchanges[0]?.request).toMatchObject({ method: 'OPTIONS', target: '*', path: '*' })
})

test('OPTIONS * that nothing answers is a ping: nothing was asked of the API', async () => {
  const running = await startMocks({
    api: { handlers: [http.get('/users', () => HttpResponse.json([]))] },
  })
  const { api } = running.apis
  const client = await connect(api.port)
  for (let time = 0; time < 3; time++) {
    client.send(message('OPTIONS *'))
    expect((await client.reply()).status).toBe(204)
  }
  client.send(message('GET /users'))
  expect((await client.reply()).status).toBe(200)
  expect(api.exchanges.map(({ request }) => request.target)).toEqual(['/users'])
  running.verify()
})

test('a broken percent-encoding in a parameter does not fail the handler', async () => {
  const api = await startApi([http.get('/users/:login', ({ params }) => HttpResponse.json(params))])
  for (const login of ['%zz', '%', '%E4']) {
    const reply = await exchange(api.port, message(`GET /users/${login}`))
    expect(reply.status).toBe(200)
    expect(JSON.parse(reply.body.toString())).toEqual({ login })
  }
})

test('a URL of 64 KB and a header of 64 KB are fine', async () => {
  const api = await startApi([
    http.get('/long/:rest', ({ request, params }) =>
      HttpResponse.json([
        request.url.length,
        params.rest?.length,
        request.headers.get('x-long')?.length,
      ]),
    ),
  ])
  const long = 'x'.repeat(64 * 1024)
  const client = await connect(api.port)
  for (let round = 0; round < 2; round++) {
    client.send(message(`GET /long/${long}?q=${long}`, [`X-Long: ${long}`]))
    const reply = await client.reply()
    expect(JSON.parse(reply.body.toString())).toEqual([
      `${api.url}/long/?q=`.length + 2 * long.length,
      long.length,
      long.length,
    ])
  }
  expect(api.exchanges[1]?.request.query.get('q')).toBe(long)
})

test('replies to pipelined requests come in order, also when the first is slow', async () => {
  const go = Promise.withResolvers<void>()
  const thirdDone = Promise.withResolvers<void>()
  const api = await startApi([
    http.get('/slow', async () => {
      await go.promise
      return HttpResponse.text('slow')
    }),
    http.post('/echo', async ({ request }) => HttpResponse.text(await request.text())),
    http.get('/last', () => {
      thirdDone.resolve()
      return HttpResponse.text('last')
    }),
  ])
  const client = await connect(api.port)
  client.send(message('GET /slow') + message('POST /echo', [], 'said') + message('GET /last'))
  await thirdDone.promise
  expect(client.received()).toBe('')
  go.resolve()
  const bodies = []
  for (let at = 0; at < 3; at++) bodies.push((await client.reply()).body.toString())
  expect(bodies).toEqual(['slow', 'said', 'last'])
  expect(api.exchanges.map(({ request }) => request.path)).toEqual(['/slow', '/echo', '/last'])
})

test('fifty pipelined requests in one write are fifty replies', async () => {
  const api = await startApi([http.get('/n/:n', ({ params }) => HttpResponse.text(`${params.n}`))])
  const client = await connect(api.port)
  const numbers = Array.from({ length: 50 }, (_, n) => String(n))
  client.send(numbers.map((n) => message(`GET /n/${n}`)).join(''))
  for (const n of numbers) expect((await client.reply()).body.toString()).toBe(n)
})
