import { expect, test } from 'vitest'
import { endOf, failureIn } from './playwright-project.ts'
import { HEAD, runShared, sharedProject } from './shared-project.ts'

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
  const other = await startOther()
  const own = await playwright.request.newContext({ baseURL: other.url })
  expect(await asked(own)).toEqual([])
  await own.dispose()
  other.stop()
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

test('each retry and each repeat is a test of its own, in whichever worker', async () => {
  const project = await sharedProject(
    {
      'e2e/a.spec.ts': `${HEAD}
test.afterEach(async ({ request }) => {
  expect(await (await request.get('/names?1')).json()).toEqual(['mine'])
})

for (const name of ['one', 'two']) {
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
  expect(endOf(await runShared(project))).toBe('6 flaky; 0')
})

test('a baseURL that is no place is said', async () => {
  const urls = ['localhost:3000', '']
  const specs = urls.map((url, index) => [
    `e2e/${index}.spec.ts`,
    `import { test } from './test.ts'\n\ntest.use({ baseURL: '${url}' })\ntest('asks-${index}', () => {})`,
  ])
  const ended = await runShared(await sharedProject(Object.fromEntries(specs)))
  expect(urls.map((_, index) => failureIn(ended, `asks-${index}`))).toEqual(
    urls.map(
      (url) =>
        `MockberthError: mockTest(): app is 'shared', and baseURL is ${JSON.stringify(url)}. Say where it is in the config: use: { baseURL: 'http://127.0.0.1:PORT' }.`,
    ),
  )
})
