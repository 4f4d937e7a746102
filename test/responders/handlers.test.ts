import { delay, http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { startMocks } from '../support/start.ts'
import { controlledBody } from '../wire/chunks.ts'
import { startApi } from '../wire/start-api.ts'

const upstream = 'https://api.github.com'

async function textOf(url: string, init?: RequestInit): Promise<string> {
  return (await fetch(url, init)).text()
}

test('relative and absolute paths match on the API that they belong to', async () => {
  const api = await startApi(
    [
      http.get('/users/:login', ({ params }) => HttpResponse.text(`relative ${params.login}`)),
      http.get(`${upstream}/repos/:owner/:repo`, ({ params }) =>
        HttpResponse.text(`absolute ${params.owner} ${params.repo}`),
      ),
      http.get('https://elsewhere.example/gists', () => HttpResponse.text('wrong')),
      http.get('*/gists', () => HttpResponse.text('any origin')),
    ],
    { upstream },
  )
  expect(await textOf(`${api.url}/users/octocat?per_page=2`)).toBe('relative octocat')
  expect(await textOf(`${api.url}/repos/a%2Fb/c`)).toBe('absolute a/b c')
  expect(await textOf(`${api.url}/gists`)).toBe('any origin')
})

test('without an upstream, relative handlers match, and so do those with the mock’s URL', async () => {
  const api = await startApi([http.get('/users', () => HttpResponse.text('relative'))])
  expect(await textOf(`${api.url}/users`)).toBe('relative')
  api.use(http.get(`${api.url}/users`, () => HttpResponse.text('absolute')))
  expect(await textOf(`${api.url}/users`)).toBe('absolute')
  expect(await textOf(`http://localhost:${api.port}/users`)).toBe('absolute')
})

test('each method has its handler, and http.all() takes every one', async () => {
  const methods = ['get', 'post', 'put', 'patch', 'delete', 'options'] as const
  const api = await startApi([
    ...methods.map((method) => http[method]('/own', () => HttpResponse.text(method))),
    http.all('/all', ({ request }) => HttpResponse.text(request.method)),
  ])
  for (const method of methods) {
    const upper = method.toUpperCase()
    expect(await textOf(`${api.url}/own`, { method: upper })).toBe(method)
    expect(await textOf(`${api.url}/all`, { method: upper })).toBe(upper)
  }
})

test('regular expressions and predicates match on the whole URL', async () => {
  const api = await startApi(
    [
      http.get(/\/users\/(\d+)$/, ({ params }) => HttpResponse.text(`regex ${params[0]}`)),
      http.get(
        ({ request, cookies }) =>
          request.url.startsWith(`${upstream}/admin`) && cookies.session === 'root',
        () => HttpResponse.text('predicate'),
      ),
      http.post<never, { kind: string }>(
        async ({ request }) => (await request.clone().text()).includes('wanted'),
        async ({ request }) => HttpResponse.text(`body ${(await request.json()).kind}`),
      ),
    ],
    { upstream, onUnhandled: 'ignore' },
  )
  expect(await textOf(`${api.url}/users/42`)).toBe('regex 42')
  expect((await fetch(`${api.url}/users/octocat`)).status).toBe(501)
  const headers = { cookie: 'session=root' }
  expect(await textOf(`${api.url}/admin/x`, { headers })).toBe('predicate')
  expect((await fetch(`${api.url}/admin/x`)).status).toBe(501)
  const post = (kind: string): Promise<Response> =>
    fetch(api.url, { method: 'POST', body: JSON.stringify({ kind }) })
  expect(await (await post('wanted')).text()).toBe('body wanted')
  expect((await post('other')).status).toBe(501)
})

test('a handler sees what the client sent: method, headers, cookies, params, body', async () => {
  const api = await startApi(
    [
      http.patch('/users/:login', async ({ request, params, cookies, requestId }) =>
        HttpResponse.json({
          url: request.url,
          method: request.method,
          authorization: request.headers.get('authorization'),
          params,
          cookies,
          body: await request.json(),
          requestId: typeof requestId,
        }),
      ),
    ],
    { upstream },
  )
  const response = await fetch(`${api.url}/users/a%20b?x=1&x=2`, {
    method: 'PATCH',
    headers: { authorization: 'Bearer token', cookie: 'a=1; b=2' },
    body: JSON.stringify({ name: 'Ada' }),
  })
  expect(await response.json()).toEqual({
    url: `${upstream}/users/a%20b?x=1&x=2`,
    method: 'PATCH',
    authorization: 'Bearer token',
    params: { login: 'a b' },
    cookies: { a: '1', b: '2' },
    body: { name: 'Ada' },
    requestId: 'string',
  })
})

test('forms and files arrive as they were sent', async () => {
  const api = await startApi([
    http.post('/upload', async ({ request }) => {
      const form = await request.formData()
      const file = form.get('file') as File
      return HttpResponse.json([form.get('name'), file.name, file.type, await file.text()])
    }),
  ])
  const body = new FormData()
  body.set('name', 'Ada Lovelace')
  body.set('file', new File(['a,b\n'], 'a.csv', { type: 'text/csv' }))
  const response = await fetch(`${api.url}/upload`, { method: 'POST', body })
  expect(await response.json()).toEqual(['Ada Lovelace', 'a.csv', 'text/csv', 'a,b\n'])
})

test('the first handler that answers wins; one that returns nothing leaves it to the next', async () => {
  const order: string[] = []
  const api = await startApi([
    http.all('*', () => void order.push('watches')),
    http.get('/users', ({ request }) => {
      order.push('may')
      const wanted = new URL(request.url).searchParams.has('first')
      return wanted ? HttpResponse.text('first') : undefined
    }),
    http.get('/users', () => HttpResponse.text('second')),
    http.get('/users', () => HttpResponse.text('third')),
  ])
  expect(await textOf(`${api.url}/users?first`)).toBe('first')
  expect(await textOf(`${api.url}/users`)).toBe('second')
  expect(order).toEqual(['watches', 'may', 'watches', 'may'])
  expect(api.exchanges.map(({ outcome }) => outcome)).toEqual(['mocked', 'mocked'])
})

test.each([
  ['undefined', undefined],
  ['null', null],
  ['false', false],
  ['a promise of nothing', Promise.resolve()],
])('a handler that returns %s leaves the request to the next', async (_, nothing) => {
  const api = await startApi([
    http.get('/a', () => nothing as undefined),
    http.get('/a', () => HttpResponse.text('at last')),
  ])
  expect(await textOf(`${api.url}/a`)).toBe('at last')
})

test('delay() holds a reply back, and does not hold back others', async () => {
  const api = await startApi([
    http.get('/slow', async () => {
      await delay(100)
      return HttpResponse.text('slow')
    }),
    http.get('/fast', () => HttpResponse.text('fast')),
  ])
  const order: string[] = []
  await Promise.all(
    ['/slow', '/fast'].map(async (path) => void order.push(await textOf(api.url + path))),
  )
  expect(order).toEqual(['fast', 'slow'])
  expect(api.find('GET', '/slow')?.duration).toBeGreaterThanOrEqual(90)
})

test('a finalize callback runs when its reply is over, whatever another set does', async () => {
  const finalized: string[] = []
  const go = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const handlers = [
    http.get('/gated', async ({ finalize, request }) => {
      finalize(() => void finalized.push(request.url))
      reached.resolve()
      await go.promise
      return HttpResponse.text('done')
    }),
    http.get('/hello', () => HttpResponse.text('hello')),
  ]
  const one = (await startMocks({ api: { handlers } })).apis.api
  const two = (await startMocks({ api: { handlers } })).apis.api
  await fetch(`${two.url}/hello`)
  const reply = textOf(`${one.url}/gated`)
  await reached.promise
  two.reset()
  expect(finalized).toEqual([])
  go.resolve()
  expect(await reply).toBe('done')
  expect(finalized).toEqual([`${one.url}/gated`])
})

test('a finalize callback runs when a stream is over, or its client has left', async () => {
  const finalized: string[] = []
  const streams = [controlledBody(), controlledBody()]
  const api = await startApi([
    http.get('/stream/:n', ({ finalize, params }) => {
      finalize(() => void finalized.push(`${params.n}`))
      return new HttpResponse(streams[Number(params.n)]!.body)
    }),
  ])
  const whole = await fetch(`${api.url}/stream/0`)
  streams[0]!.send('all')
  expect(finalized).toEqual([])
  streams[0]!.close()
  expect(await whole.text()).toBe('all')
  expect(finalized).toEqual(['0'])
  const left = await fetch(`${api.url}/stream/1`)
  await left.body!.cancel()
  await streams[1]!.cancelled
  await expect.poll(() => finalized).toEqual(['0', '1'])
})

test('a path of 64 KB is matched like any other', async () => {
  const api = await startApi(
    [
      http.get('/none/:a', () => HttpResponse.text('wrong')),
      http.get('/files/:name/raw', ({ params, request }) =>
        HttpResponse.json([params.name, request.url.length]),
      ),
      http.get('/any/*', ({ params }) => HttpResponse.json(params)),
    ],
    { onUnhandled: 'ignore' },
  )
  const name = `${'x'.repeat(64 * 1024)}%20y`
  const response = await fetch(`${api.url}/files/${name}/raw?a=1`)
  expect(await response.json()).toEqual([
    decodeURIComponent(name),
    `${api.url}/files/${name}/raw?a=1`.length,
  ])
  expect(await (await fetch(`${api.url}/any/a/${name}`)).json()).toEqual({
    0: `a/${decodeURIComponent(name)}`,
  })
  expect((await fetch(`${api.url}/other/${name}`)).status).toBe(501)
})
