import { expect, test } from 'vitest'
import { browserProject } from './browser-project.ts'
import { endOf, failureIn, runPlaywright } from './playwright-project.ts'

const ROUTED = 'routeBrowser: true'

test('pages are answered by the mocks of the upstreams that they ask', async () => {
  const project = browserProject(
    {
      'e2e/routed.spec.ts': `
test('client and server have one declaration', async ({ page, apis, origin }) => {
  apis.shop.use(http.get('/items/9', () => HttpResponse.json({ id: 'of this test' })))
  await page.goto('/')
  const inPage = await page.evaluate(async () => {
    const response = await fetch('https://api.shop.example/items/9?a=%20b', { headers: { 'x-name': 'Mona' } })
    return [response.url, response.status, await response.json()]
  })
  expect(inPage).toEqual(['https://api.shop.example/items/9?a=%20b', 200, { id: 'of this test' }])
  expect(await (await fetch(process.env.SHOP_API_URL + '/items/9')).json()).toEqual({ id: 'of this test' })
  await expect(apis.shop).toHaveReceived('GET', '/items/9', {
    query: { a: ' b' },
    headers: { host: 'api.shop.example', origin, 'x-name': 'Mona' },
    times: 1,
  })
})

test('bodies are bytes, both ways', async ({ page, apis }) => {
  const { gzipSync } = await import('node:zlib')
  apis.shop.use(
    http.get('/zipped', () => new HttpResponse(gzipSync(Buffer.from([0, 255, 128])), { headers: { 'content-encoding': 'gzip' } })),
  )
  await page.goto('/')
  const got = await page.evaluate(async () => {
    const body = new Uint8Array([0, 255, 128, 13, 10])
    const posted = await fetch('https://api.shop.example/items', { method: 'POST', body })
    const zipped = await fetch('https://api.shop.example/zipped')
    return [posted.status, await posted.json(), [...new Uint8Array(await zipped.arrayBuffer())]]
  })
  expect(got).toEqual([201, { got: [0, 255, 128, 13, 10] }, [0, 255, 128]])
})

test('cookies are those of the upstream', async ({ page, apis, context }) => {
  apis.shop.use(
    http.get('/login', () => {
      const headers = new Headers()
      for (const name of ['a', 'b']) headers.append('set-cookie', name + '=1; SameSite=None; Secure')
      return new HttpResponse('', { headers })
    }),
  )
  await page.goto('/')
  await page.evaluate(async () => {
    await fetch('https://api.shop.example/login', { credentials: 'include' })
    await fetch('https://api.shop.example/items/1', { credentials: 'include' })
    await fetch('https://api.shop.example/items/2')
  })
  const cookies = apis.shop.exchanges.map(({ request }) => request.headers.get('cookie'))
  expect(cookies).toEqual([null, 'a=1; b=1', null])
  expect((await context.cookies()).map(({ name, domain }) => name + ' ' + domain)).toEqual([
    'a api.shop.example',
    'b api.shop.example',
  ])
})

test('popups, contexts of the test, frames and workers are routed', async ({ page, context, browser, apis }) => {
  await page.goto('/')
  const [popup] = await Promise.all([
    context.waitForEvent('page'),
    page.evaluate(() => void open('https://api.shop.example/items/popup')),
  ])
  await expect(popup.locator('body')).toContainText('"popup"')
  const other = await browser.newPage()
  await other.goto('https://api.shop.example/items/other')
  await expect(other.locator('body')).toContainText('"other"')
  await other.close()
  await page.setContent('<iframe src="https://api.shop.example/items/frame"></iframe>')
  await expect(page.frameLocator('iframe').locator('body')).toContainText('"frame"')
  await page.goto('/')
  const worker = await page.evaluate(async () => {
    await navigator.serviceWorker.register('/worker.js')
    while (navigator.serviceWorker.controller === null) await new Promise((resolve) => setTimeout(resolve, 10))
    return (await fetch('https://api.shop.example/items/worker')).json()
  })
  expect(worker.at).toBe('https://api.shop.example/items/worker?by=worker')
})

test('routes of a test win', async ({ page, context, apis }) => {
  await context.route('https://api.shop.example/items/2', (route) => route.fulfill({ body: 'of the context' }))
  await page.route('https://api.shop.example/items/1', (route) => route.fulfill({ body: 'of the page' }))
  await page.route('https://api.shop.example/items/3', (route) => route.fallback())
  await page.goto('/')
  const got = await page.evaluate(() =>
    Promise.all([1, 2, 3].map(async (id) => (await fetch('https://api.shop.example/items/' + id)).text())),
  )
  expect(got.map((text) => text.slice(0, 15))).toEqual(['of the page', 'of the context', '{"id":"3","at":'])
  await expect(apis.shop).toHaveReceived('GET', '/items/:id', { times: 1 })
})
`,
    },
    ROUTED,
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended), ended.output).toBe('5 passed; 0')
  expect(ended.errors).toBe('')
})

test('redirects lead on, to the app and to other mocks', async () => {
  const project = browserProject(
    {
      'e2e/redirects.spec.ts': `
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
  )
  apis.auth.use(http.put('/new', async ({ request }) => HttpResponse.text('new ' + (await request.text()))))
  await page.goto('/')
  const got = await page.evaluate(async () => {
    const headers = { authorization: 'Bearer s', 'content-type': 'text/plain' }
    const posted = await fetch('https://api.shop.example/old', { method: 'POST', body: 'a', headers })
    const put = await fetch('https://api.shop.example/old', { method: 'PUT', body: 'a', headers })
    const loop = await fetch('https://api.shop.example/loop').catch(String)
    return [(await posted.json()).id, await put.text(), loop]
  })
  expect(got).toEqual(['1', 'new a', 'TypeError: Failed to fetch'])
  await expect(apis.shop).toHaveReceived('GET', '/items/1', { headers: { authorization: 'Bearer s' } })
  const [put] = apis.auth.exchanges
  expect([put.request.headers.get('authorization'), put.request.headers.get('content-type')]).toEqual([null, 'text/plain'])
})
`,
    },
    ROUTED,
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended), ended.output).toBe('2 passed; 0')
})

test('what is dropped, refused and let go of is that on both sides', async () => {
  const project = browserProject(
    {
      'e2e/failures.spec.ts': `
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
`,
    },
    ROUTED,
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended), ended.output).toBe('3 passed; 0')
  expect(ended.errors).toBe(
    'mockberth: a page opened a WebSocket to shop, wss://api.shop.example/live; mocks serve none yet, and it was closed. Answer it with page.routeWebSocket().\n',
  )
})

test('event streams come event by event', async () => {
  const project = browserProject(
    {
      'e2e/streams.spec.ts': `
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
`,
    },
    ROUTED,
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended), ended.output).toBe('3 passed; 0')
})

test('an unhandled request of a page fails its test, and gets a 501', async () => {
  const project = browserProject(
    {
      'e2e/unhandled.spec.ts': `
test('asks', async ({ page }) => {
  await page.goto('/')
  expect(await page.evaluate(async () => (await fetch('https://api.shop.example/item/1')).status)).toBe(501)
})
`,
    },
    ROUTED,
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended), ended.output).toBe('1 failed; 1')
  expect(failureIn(ended, 'asks').split('\n\nServe its traffic again')[0])
    .toBe(`MockberthError: This test made requests that nothing answered.

Unhandled request to shop: GET https://api.shop.example/item/1

Nearest to it:
  GET /items/:id (mocks.ts:10:12)
    path segment 1: takes "items", got "item"

Answer it with a handler: in the declaration, or for one test with
  apis.shop.use(http.get('/item/1', () => HttpResponse.json({})))`)
})
