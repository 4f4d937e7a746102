import { expect, test } from 'vitest'
import { endOf } from './playwright-project.ts'
import { HEAD, runShared, sharedProject } from './shared-project.ts'

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

test('pages that go on after their test do not ask on behalf of the next one', async () => {
  const project = await sharedProject({
    'e2e/a.spec.ts': `${HEAD}
test.describe.configure({ mode: 'serial' })

let left

test('leaves a page', async ({ apis, browser, baseURL }) => {
  give(apis, 'one')
  left = await (await browser.newContext({ baseURL })).newPage()
  await left.goto('/names?1')
  await expect(left.locator('body')).toHaveText('["one"]')
})

test('another', async ({ apis, page }) => {
  give(apis, 'two')
  const ask = () => fetch('/names?1').then((response) => response.text())
  const askOften = async (one) => Promise.all(Array.from({ length: 5 }, () => one.evaluate(ask)))
  await page.goto('/baggage')
  const [late, own] = await Promise.all([askOften(left), askOften(page)])
  expect(new Set(late)).toEqual(new Set(['the users are away']))
  expect(new Set(own)).toEqual(new Set(['["two"]']))
  expect(await (await left.request.get('/names?1')).text()).toBe('the users are away')
  await expect(apis.users).toHaveReceived('GET', '/users/1', { times: 5 })
})
`,
  })
  expect(endOf(await runShared(project))).toBe('2 passed; 0')
})

test('a page asks mocks whose URLs it was handed on behalf of its test, and others without a mark', async () => {
  const project = await sharedProject({
    'e2e/a.spec.ts': `${HEAD}
test('asks', async ({ apis, page, request }) => {
  give(apis, 'mine')
  const other = await startOther()
  await page.goto('/baggage')
  const get = (url) => page.evaluate((to) => fetch(to).then((response) => response.json()), url)
  expect(await get((await (await request.get('/api')).text()) + '/users/1')).toEqual({ id: 'mine' })
  expect(await get(other.url)).toEqual([])
  expect(await get('/baggage')).toEqual(only(''))
  other.stop()
})
`,
  })
  expect(endOf(await runShared(project))).toBe('1 passed; 0')
})
