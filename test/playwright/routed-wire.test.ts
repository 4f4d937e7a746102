import { expect, test } from 'vitest'
import { browserProject } from './browser-project.ts'
import { endOf, runPlaywright } from './playwright-project.ts'

const ROUTED = 'routeBrowser: true'

const REDIRECTS = `
const to = (location: string, status = 302) => () => new HttpResponse('', { status, headers: { location } })

test('of a page that is opened', async ({ page, apis, origin }) => {
  apis.auth.use(http.get('/login', ({ request }) => to(new URL(request.url).searchParams.get('back')!)()))
  apis.shop.use(http.get('/login', to('http://auth.example:8080/login?back=' + encodeURIComponent(origin + '/?a=1&b=</script>'))))
  await page.goto('https://api.shop.example/login')
  await expect(page).toHaveURL(origin + '/?a=1&b=%3C/script%3E')
  await expect(page).toHaveTitle('the app')
  await expect(apis.auth).toHaveReceived('GET', '/login', { times: 1 })
})

test('of a request', async ({ page, apis }) => {
  apis.shop.use(
    http.post('/old', to('/items/1', 303)),
    http.put('/old', to('http://auth.example:8080/new', 307)),
    http.get('/loop', to('/loop')),
    http.get('/own', to(apis.shop.url + '/items/2')),
  )
  apis.auth.use(http.put('/new', async ({ request }) => HttpResponse.text('new ' + (await request.text()))))
  await page.goto('/')
  const got = await page.evaluate(async () => {
    const headers = { authorization: 'Bearer s', 'content-type': 'text/plain' }
    const posted = await fetch('https://api.shop.example/old', { method: 'POST', body: 'a', headers })
    const put = await fetch('https://api.shop.example/old', { method: 'PUT', body: 'a', headers })
    const loop = await fetch('https://api.shop.example/loop').catch(String)
    const own = await fetch('https://api.shop.example/own')
    return [(await posted.json()).id, await put.text(), loop, (await own.json()).id]
  })
  expect(got).toEqual(['1', 'new a', 'TypeError: Failed to fetch', '2'])
  await expect(apis.shop).toHaveReceived('GET', '/loop', { times: 21 })
  await expect(apis.shop).toHaveReceived('GET', '/items/1', { headers: { authorization: 'Bearer s' } })
  const [put] = apis.auth.exchanges
  expect([put.request.headers.get('authorization'), put.request.headers.get('content-type')]).toEqual([null, 'text/plain'])
})
`

test('redirects lead on, to the app and to other mocks', async () => {
  const project = browserProject(
    {
      'e2e/redirects.spec.ts': REDIRECTS,
    },
    ROUTED,
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('2 passed; 0')
})

const FAILURES = `
test('the network fails', async ({ page, apis }) => {
  apis.shop.use(http.get('/dropped', () => HttpResponse.error()))
  const failures: string[] = []
  page.on('requestfailed', (request) => failures.push(request.url() + ' ' + request.failure()!.errorText))
  await page.goto('/')
  const ask = (path: string) => page.evaluate((url) => fetch(url).then((r) => r.status, String), 'https://api.shop.example' + path)
  expect(await ask('/dropped')).toBe('TypeError: Failed to fetch')
  await apis.shop.stop()
  expect(await ask('/items/1')).toBe('TypeError: Failed to fetch')
  await apis.shop.start()
  expect(await ask('/items/1')).toBe(200)
  expect(failures).toEqual([
    'https://api.shop.example/dropped net::ERR_CONNECTION_RESET',
    'https://api.shop.example/items/1 net::ERR_CONNECTION_REFUSED',
  ])
})

test('the page lets go', async ({ page, apis }) => {
  const arrived = Promise.withResolvers<void>()
  const aborted = Promise.withResolvers<void>()
  apis.shop.use(
    http.get('/slow', ({ request }) => {
      request.signal.addEventListener('abort', () => aborted.resolve())
      arrived.resolve()
      return new Promise<never>(() => {})
    }),
  )
  await page.goto('/')
  await page.evaluate(() => {
    const controller = new AbortController()
    Object.assign(window, { controller })
    fetch('https://api.shop.example/slow', { signal: controller.signal }).catch(() => {})
  })
  await arrived.promise
  await page.evaluate(() => (window as any).controller.abort())
  await aborted.promise
  await expect.poll(() => apis.shop.exchanges.map(({ outcome }) => outcome)).toEqual(['aborted'])
})

test('a WebSocket is closed', async ({ page }) => {
  await page.goto('/')
  const closed = await page.evaluate(
    () =>
      new Promise((resolve) => {
        new WebSocket('wss://api.shop.example/live').onclose = ({ code, reason }) => resolve([code, reason])
      }),
  )
  expect(closed).toEqual([1011, 'mockberth serves no WebSockets yet'])
})
`

test('what is dropped, refused and let go of is that on both sides', async () => {
  const project = browserProject(
    {
      'e2e/failures.spec.ts': FAILURES,
    },
    ROUTED,
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('3 passed; 0')
  expect(ended.errors).toBe(
    'mockberth: a page opened a WebSocket to shop, wss://api.shop.example/live; mocks serve none yet, and it was closed. Answer it with page.routeWebSocket().\n',
  )
})

const STREAMS = `
test.beforeEach(({ page }) => page.goto('/'))

test('to an EventSource', async ({ page, apis }) => {
  await page.evaluate(() => {
    const source = new EventSource('https://api.shop.example/events')
    source.onmessage = ({ data }) => {
      document.body.append(data)
      source.close()
    }
  })
  await expect(page.locator('body')).toHaveText('first')
  await expect.poll(() => apis.shop.exchanges.map(({ outcome }) => outcome)).toEqual(['aborted'])
})

test('to a fetch with headers and a body', async ({ page, apis }) => {
  const asked = Promise.withResolvers<string>()
  let go = () => {}
  apis.shop.use(
    http.post('/chat', async ({ request }) => {
      asked.resolve(request.headers.get('authorization') + ' ' + (await request.text()))
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('data: 1\\n\\n'))
          go = () => {
            controller.enqueue(new TextEncoder().encode('data: 2\\n\\n'))
            controller.close()
          }
        },
      })
      return new HttpResponse(body, { headers: { 'content-type': 'text/event-stream' } })
    }),
  )
  await page.evaluate(async () => {
    const response = await fetch('https://api.shop.example/chat', {
      method: 'POST',
      headers: { authorization: 'Bearer s', 'x-name': 'Mona' },
      body: 'hello',
    })
    const read = async () => {
      for await (const chunk of response.body as any) document.body.append(new TextDecoder().decode(chunk))
    }
    void read()
  })
  expect(await asked.promise).toBe('Bearer s hello')
  await expect(page.locator('body')).toHaveText('data: 1')
  go()
  await expect(page.locator('body')).toHaveText('data: 1 data: 2')
  await expect(apis.shop).toHaveReceived('POST', '/chat', { times: 1 })
})

test('until the page is closed', async ({ page, apis }) => {
  await page.evaluate(
    () => new Promise((resolve) => (new EventSource('https://api.shop.example/events').onmessage = resolve)),
  )
  await page.close()
  await expect.poll(() => apis.shop.exchanges.map(({ outcome }) => outcome)).toEqual(['aborted'])
})
`

test('event streams come event by event', async () => {
  const project = browserProject(
    {
      'e2e/streams.spec.ts': STREAMS,
    },
    ROUTED,
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('3 passed; 0')
})
