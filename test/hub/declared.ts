import { http, HttpResponse } from 'msw'
import { defineMocks } from '../../src/index.ts'
import type { Declaration } from '../../src/mocks/define.ts'

/** A promise that `POST /go` keeps. */
let going = Promise.withResolvers<void>()

async function* twoTicks(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('one')
  await going.promise
  yield Buffer.from('two')
}

const users = [
  http.get('/who', () => HttpResponse.text('declared')),
  http.get('/ticks', () => {
    going = Promise.withResolvers()
    return new HttpResponse(ReadableStream.from(twoTicks()))
  }),
  http.post('/go', () => {
    going.resolve()
    return new HttpResponse(null, { status: 204 })
  }),
  http.post('/echo', ({ request }) => new HttpResponse(request.body)),
  http.get('/odd', () => {
    const headers: [string, string][] = [
      ['X-One', 'caf\u00E9'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ]
    return new HttpResponse('body', { status: 207, statusText: 'Some Of It', headers })
  }),
  http.get('/error', () => HttpResponse.error()),
]

/** What the hub of these tests serves, and all of its workers. */
export const declared: Declaration<'users' | 'orders'> = defineMocks({
  users: { handlers: users, allowedHosts: ['users.test'] },
  orders: { env: 'ORDERS_URL', handlers: [http.get('/who', () => HttpResponse.text('orders'))] },
}) as Declaration<'users' | 'orders'>
