import { defineMocks } from 'mockberth'
import { http, HttpResponse } from 'msw'
import { graphql, sse } from './msw.ts'

// sse() wants it to exist; nothing here uses it.
globalThis.EventSource ??= (() => {}) as unknown as typeof EventSource

const shop = graphql.link('https://shop.test/graphql')

export default defineMocks({
  github: {
    env: { GITHUB_API_URL: ({ url }) => url, GITHUB_PORT: ({ port }) => String(port) },
    onUnhandled: ({ path }) => (path === '/thrown' ? 'ignore' : 'fail'),
    handlers: () => [
      http.get('/users/:login', ({ params }) => HttpResponse.json({ login: params.login })),
      http.get('/once', () => HttpResponse.text('first'), { once: true }),
      http.get('/once', () => HttpResponse.text('later')),
      http.get('/steps', function* () {
        yield HttpResponse.text('one')
        yield HttpResponse.text('two')
        return HttpResponse.text('three')
      }),
      http.get('/broken', () => HttpResponse.error()),
      http.get('/thrown', () => {
        throw new Error('the resolver gave up')
      }),
    ],
  },
  shop: {
    env: 'SHOP_URL',
    upstream: 'https://shop.test',
    handlers: () => [
      http.get('https://shop.test/items/:id', ({ request }) => HttpResponse.json(request.url)),
      shop.query('Cart', ({ variables }) => HttpResponse.json({ data: { cart: variables } })),
      shop.mutation('Pay', () => HttpResponse.json({ errors: [{ message: 'declined' }] })),
      sse('/events', ({ client }) => {
        client.send({ data: 'hello' })
        client.send({ id: '2', data: { total: 2 } })
        client.close()
      }),
    ],
  },
})
