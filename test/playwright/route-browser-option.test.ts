import { expect, test } from 'vitest'
import { browserProject } from './browser-project.ts'
import { endOf, failureIn, runPlaywright } from './playwright-project.ts'

const ROUTED = 'routeBrowser: true'

const ASKS = `
test('asks', async ({ page, apis }) => {
  await page.goto('https://api.shop.example/items/1')
  await expect(apis.shop).toHaveReceived('GET', '/items/1', { times: 1 })
})
`

test('which pages may read a reply, its cors says', async () => {
  const project = browserProject(
    {
      'mocks.ts': `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

const handlers = () => [
  http.all('/ping', () => HttpResponse.text('pong', { headers: { 'x-own': '1' } })),
  http.get('/image', () => new HttpResponse('<svg xmlns="http://www.w3.org/2000/svg"/>', { headers: { 'content-type': 'image/svg+xml' } })),
]
export default defineMocks({
  all: { upstream: 'https://all.example', handlers },
  none: { upstream: 'https://none.example', cors: false, handlers },
  second: { upstream: 'https://all.example', handlers },
})
`,
      'e2e/cors.spec.ts': `
test('asks', async ({ page, apis }) => {
  await page.goto('/')
  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  const got = await page.evaluate(async () => {
    const ask = (url: string) =>
      fetch(url, { method: 'PUT', headers: { 'x-a': '1' } }).then((r) => r.headers.get('x-own'), String)
    const image = document.createElement('img')
    const loaded = new Promise((resolve) => {
      image.onload = () => resolve('loaded')
      image.onerror = () => resolve('failed')
    })
    image.src = 'https://none.example/image'
    return [await ask('https://all.example/ping'), await ask('https://none.example/ping'), await loaded]
  })
  expect(got).toEqual(['1', 'TypeError: Failed to fetch', 'loaded'])
  expect(said[0]).toMatch(/^Access to fetch at 'https:\\/\\/none\\.example\\/ping' .* has been blocked by CORS policy/)
  await expect(apis.all).toHaveReceived('PUT', '/ping', { times: 1 })
  await expect(apis.second).not.toHaveReceived('PUT')
})
`,
    },
    ROUTED,
  )
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('1 passed; 0')
})

test.for<readonly [string, string, string, NodeJS.ProcessEnv?]>([
  ['in a file', `test.use({ routeBrowser: true })`, ''],
  ['in the config', '', ROUTED],
  ['where contexts are used again', '', ROUTED, { PW_TEST_REUSE_CONTEXT: '1' }],
])('it is asked for %s', async ([, line, use, env]) => {
  const again = ASKS.replace('asks', 'asks again')
  const project = browserProject({ 'e2e/asks.spec.ts': line + ASKS + again }, use)
  const ended = await runPlaywright(project, [], env)
  expect(endOf(ended)).toBe('2 passed; 0')
})

test('it is asked for in mockTest(); a project says no', async () => {
  const project = browserProject({}, '')
  project.write({
    'e2e/asks.spec.ts': `
import { expect, mockTest } from 'mockberth/playwright'
import mocks from '../mocks.ts'

const test = mockTest(mocks, { routeBrowser: true })
${ASKS}`,
    'e2e/silent.spec.ts': `
import { expect, mockTest } from 'mockberth/playwright'
import mocks from '../mocks.ts'

const test = mockTest(mocks, { routeBrowser: true })
test.use({ routeBrowser: false })
test('asks nobody', async ({ page, apis }) => {
  await expect(page.goto('https://api.shop.example/items/1')).rejects.toThrow('net::ERR_')
  await expect(apis.shop).not.toHaveReceived('GET')
})
`,
  })
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('2 passed; 0')
})

test.for([
  [
    `'yes'`,
    'mocks.ts',
    'MockberthError: mockTest(): routeBrowser got "yes"; it takes true or false.',
  ],
  [
    'true',
    'no-upstream.ts',
    "MockberthError: mockTest(): routeBrowser is true, but no API of the declaration has an upstream whose requests could be routed. Declare one: upstream: 'https://api.example.com'.",
  ],
] as const)('%s with %s is refused', async ([value, file, message]) => {
  const project = browserProject({})
  project.write({
    'no-upstream.ts': `
import { defineMocks } from 'mockberth'
export default defineMocks({ local: { env: 'LOCAL_API_URL' } })
`,
    'e2e/wrong.spec.ts': `
import { mockTest } from 'mockberth/playwright'
import mocks from '../${file}'

const test = mockTest(mocks)
test.use({ routeBrowser: ${value} as boolean })
test('never runs', async ({ page }) => {})
`,
  })
  const ended = await runPlaywright(project)
  expect(endOf(ended)).toBe('1 failed; 1')
  expect(failureIn(ended, 'never runs').split('\n')[0]).toBe(message)
})
