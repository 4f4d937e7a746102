import { expect, test } from 'vitest'
import { browserProject } from './browser-project.ts'
import { endOf, failureIn, runPlaywright } from './playwright-project.ts'

const ROUTED = 'routeBrowser: true'

const ANSWERED = `
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
`

test('pages are answered by the mocks of the upstreams that they ask', async () => {
  const project = browserProject(
    {
      'e2e/routed.spec.ts': ANSWERED,
    },
    ROUTED,
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('5 passed; 0')
  expect(ended.errors).toBe('')
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
  expect(endOf(ended)).toBe('1 failed; 1')
  expect(failureIn(ended, 'asks').split('\n\nServe its traffic again')[0])
    .toBe(`MockberthError: This test made requests that nothing answered.

Unhandled request to shop: GET https://api.shop.example/item/1

Nearest to it, the nearest first:
  GET /items/:id (mocks.ts:10:12)
    path segment 1: takes "items", got "item"
  GET /events (mocks.ts:16:12)
    path segment 1: takes "events", got "item"
    path segment 2: takes nothing, got "1"
  POST /items (mocks.ts:13:12)
    method: takes POST, got GET
    path segment 1: takes "items", got "item"
    path segment 2: takes nothing, got "1"

Answer it with a handler: in the declaration, or for one test with
  apis.shop.use(http.get('/item/1', () => HttpResponse.json({})))`)
})
