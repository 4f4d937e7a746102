import { expect, test } from 'vitest'
import { endOf, failureIn } from './playwright-project.ts'
import { runShared, sharedProject } from './shared-project.ts'

/** What all specs here begin with. */
const HEAD = `
import { createServer } from 'node:http'
import { once } from 'node:events'
import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'

const MARK = 'mockberth=[^,]{22}'
const only = (others) => [expect.stringMatching(new RegExp('^' + others + MARK + '$'))]
const give = (apis, id) => apis.users.use(http.get('/users/1', () => HttpResponse.json({ id })))
`

test('what is asked without a page carries the mark once, beside the baggage of others', async () => {
  const project = await sharedProject({
    'e2e/a.spec.ts': `${HEAD}
import { request as requests } from '@playwright/test'

const asked = async (context, method = 'get') => (await context[method]('/baggage')).json()

test('alone', async ({ request, page, playwright, baseURL }) => {
  for (const method of ['get', 'post', 'fetch']) expect(await asked(request, method)).toEqual(only(''))
  expect(await asked(page.request)).toEqual(only(''))
  for (const own of [await playwright.request.newContext({ baseURL }), await requests.newContext({ baseURL })]) {
    expect(await asked(own)).toEqual(only(''))
  }
})

test.describe('beside others', () => {
  test.use({ extraHTTPHeaders: { Baggage: 'userId=7' } })

  test('of the config', async ({ request, page, playwright, baseURL }) => {
    expect(await asked(request)).toEqual(only('userId=7,'))
    expect(await asked(page.request)).toEqual(only('userId=7,'))
    await page.goto('/baggage')
    expect(JSON.parse(await page.locator('body').textContent())).toEqual(only('userId=7,'))
    const own = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { baggage: 'own=1' } })
    expect(await asked(own)).toEqual(only('own=1,'))
    const response = await own.get('/baggage', { headers: { baggage: 'one=2' } })
    expect(await response.json()).toEqual(only('one=2,'))
  })
})

test('elsewhere', async ({ playwright }) => {
  const other = createServer(({ headersDistinct }, response) => {
    response.end(JSON.stringify(headersDistinct.baggage ?? []))
  })
  await once(other.listen(0, '127.0.0.1'), 'listening')
  const own = await playwright.request.newContext({ baseURL: 'http://127.0.0.1:' + other.address().port })
  expect(await asked(own)).toEqual([])
  await own.dispose()
  other.close()
})
`,
  })
  expect(endOf(await runShared(project))).toBe('3 passed; 0')
})

test('what beforeAll has made for requests is of each test in turn', async () => {
  const project = await sharedProject({
    'e2e/a.spec.ts': `${HEAD}
test.describe.configure({ mode: 'serial' })

let early

test.beforeAll(async ({ playwright, baseURL }) => {
  early = await playwright.request.newContext({ baseURL })
  expect(await (await early.get('/baggage')).json()).toEqual([])
  expect(await (await early.get('/names?1')).json()).toEqual(['1'])
})

test.afterAll(() => early.dispose())

for (const name of ['one', 'two']) {
  test(name, async ({ apis }) => {
    give(apis, name)
    expect(await (await early.get('/names?1')).json()).toEqual([name])
  })
}
`,
  })
  expect(endOf(await runShared(project))).toBe('2 passed; 0')
})

test('frames, popups, workers and redirects of a page are of its test', async () => {
  const project = await sharedProject({
    'e2e/a.spec.ts': `${HEAD}
test.beforeEach(async ({ apis, page }, { title }) => {
  give(apis, title)
  await page.goto('/')
})

const said = (title) => JSON.stringify([title])

test('frame', async ({ page }, { title }) => {
  await page.setContent('<iframe src="/names?1"></iframe>')
  await expect(page.frameLocator('iframe').locator('body')).toHaveText(said(title))
})

test('popup', async ({ page }, { title }) => {
  const popup = page.waitForEvent('popup')
  await page.evaluate(() => void open('/names?1'))
  await expect((await popup).locator('body')).toHaveText(said(title))
})

test('redirect', async ({ page, request }, { title }) => {
  await page.goto('/moved')
  await expect(page.locator('body')).toHaveText(said(title))
  expect(await (await request.get('/moved')).text()).toBe(said(title))
})

test('worker', async ({ page }, { title }) => {
  const answer = await page.evaluate(() => {
    const text = "fetch('" + location.origin + "/names?1').then(async (r) => postMessage(await r.text()))"
    const worker = new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })))
    return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)))
  })
  expect(answer).toBe(said(title))
})

test('service worker', async ({ page, context }, { title }) => {
  const text = "addEventListener('activate', (e) => e.waitUntil(clients.claim()))\\n" +
    "addEventListener('fetch', (e) => e.respondWith(fetch(e.request)))"
  await context.route('**/worker.js', (route) => route.fulfill({ contentType: 'text/javascript', body: text }))
  const answer = await page.evaluate(async () => {
    const claimed = new Promise((resolve) => (navigator.serviceWorker.oncontrollerchange = resolve))
    await navigator.serviceWorker.register('/worker.js')
    await claimed
    return (await fetch('/names?1')).text()
  })
  expect(answer).toBe(said(title))
})
`,
  })
  expect(endOf(await runShared(project))).toBe('5 passed; 0')
})

test('routes of a test: what falls back is marked, what it lets go is not', async () => {
  const project = await sharedProject({
    'e2e/a.spec.ts': `${HEAD}
const routed = [
  ['falls back', (route) => route.fallback({ headers: { ...route.request().headers(), 'x-own': 'yes' } }), 'mine'],
  ['asks itself', async (route) => route.fulfill({ response: await route.request().frame().page().request.fetch(route.request()) }), 'mine'],
  ['continues', (route) => route.continue(), '1'],
  ['fetches', async (route) => route.fulfill({ response: await route.fetch() }), '1'],
] as const

for (const [name, answer, id] of routed) {
  test(name, async ({ apis, page, request }) => {
    give(apis, 'mine')
    await page.route('**/names?1', answer)
    await page.goto('/names?1')
    await expect(page.locator('body')).toHaveText(JSON.stringify([id]))
    expect(await (await request.get('/names?1')).json()).toEqual(['mine'])
  })
}
`,
  })
  expect(endOf(await runShared(project))).toBe('4 passed; 0')
})

test('each retry and each repeat is a test of its own, in whichever worker', async () => {
  const project = await sharedProject(
    {
      'e2e/a.spec.ts': `${HEAD}
test.afterEach(async ({ request }) => {
  expect(await (await request.get('/names?1')).json()).toEqual(['mine'])
})

for (const name of ['one', 'two', 'three']) {
  test(name, async ({ apis, request }, { retry }) => {
    expect(await (await request.get('/names?1')).json()).toEqual(['1'])
    give(apis, 'mine')
    await test.step('in a step', async () => {
      expect.soft(await (await request.get('/names?1')).json()).toEqual(retry === 0 ? ['other'] : ['mine'])
    })
    expect(apis.users).toHaveReceived('GET', '/users/1', { times: 2 })
  })
}

test('takes too long', async ({ apis, request }, testInfo) => {
  give(apis, 'mine')
  if (testInfo.retry > 0) return
  testInfo.setTimeout(500)
  await new Promise(() => {})
})
`,
    },
    { options: 'retries: 1, repeatEach: 2, workers: 2,' },
  )
  expect(endOf(await runShared(project))).toBe('8 flaky; 0')
})

test.for(['localhost:3000', ''])('baseURL %j is no place', async (baseURL) => {
  const project = await sharedProject(
    { 'e2e/a.spec.ts': `import { test } from './test.ts'\n\ntest('asks', () => {})` },
    { use: `baseURL: '${baseURL}',` },
  )
  expect(failureIn(await runShared(project), 'asks')).toBe(
    `MockberthError: mockTest(): app is 'shared', and baseURL is ${JSON.stringify(baseURL)}. Say where it is in the config: use: { baseURL: 'http://127.0.0.1:PORT' }.`,
  )
})
