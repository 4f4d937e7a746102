import { expect, test } from 'vitest'
import { browserProject } from './browser-project.ts'
import { endOf, failureIn, runPlaywright } from './playwright-project.ts'

test('pages call the mocks themselves', async () => {
  const project = browserProject({
    'e2e/direct.spec.ts': `
test.beforeEach(({ page }) => page.goto('/'))

test('with credentials, headers of their own, and headers to read', async ({ page, apis, origin }) => {
  apis.shop.use(
    http.get('/login', () => HttpResponse.text('', { headers: { 'set-cookie': 'session=1' } })),
    http.put('/items/1', ({ cookies }) => HttpResponse.json(cookies, { headers: { 'x-total': '1' } })),
  )
  const got = await page.evaluate(async (url) => {
    await fetch(url + '/login', { credentials: 'include' })
    const response = await fetch(url + '/items/1', {
      method: 'PUT',
      credentials: 'include',
      headers: { 'content-type': 'application/json', 'x-own': '1' },
      body: '{}',
    })
    return [response.headers.get('x-total'), await response.json()]
  }, apis.shop.url)
  expect(got).toEqual(['1', { session: '1' }])
  await expect(apis.shop).toHaveReceived('PUT', '/items/1', { headers: { origin, 'x-own': '1' }, body: {} })
  await expect(apis.shop).not.toHaveReceived('OPTIONS')
})

test('event by event', async ({ page, apis }) => {
  const sources: ReadableStreamDefaultController[] = []
  apis.local.use(
    http.get('/ticks', () => {
      const body = new ReadableStream({ start: (controller) => void sources.push(controller) })
      return new HttpResponse(body, { headers: { 'content-type': 'text/event-stream' } })
    }),
  )
  await page.evaluate((url) => {
    new EventSource(url + '/ticks').onmessage = ({ data }) => document.body.append(data)
  }, apis.local.url)
  await expect.poll(() => sources.length).toBe(1)
  for (const [tick, text] of [['a', 'a'], ['b', 'ab'], ['c', 'abc']]) {
    sources[0].enqueue(new TextEncoder().encode('data: ' + tick + '\\n\\n'))
    await expect(page.locator('body')).toHaveText(text)
  }
})
`,
  })
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('2 passed; 0')
  expect(ended.errors).toBe('')
})

test('a WebSocket is refused: the page has an error, the test fails and says so', async () => {
  const project = browserProject({
    'e2e/socket.spec.ts': `
test('connects', async ({ page, apis }) => {
  await page.goto('/')
  const code = await page.evaluate(
    (url) => new Promise((resolve) => (new WebSocket(url).onclose = ({ code }) => resolve(code))),
    apis.local.url.replace('http', 'ws') + '/live',
  )
  expect(code).toBe(1006)
})
`,
  })
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('1 failed; 1')
  expect(failureIn(ended, 'connects')).toContain(
    'Unhandled request to local: GET http://127.0.0.1:PORT/live\n',
  )
})
