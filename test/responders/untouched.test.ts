import * as msw3 from 'msw'
import * as msw2 from 'msw-2'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startApi } from '../wire/start-api.ts'

/** Counts the Fetch requests that are made from now on. */
function countRequests(): () => number {
  let made = 0
  vi.stubGlobal(
    'Request',
    class extends Request {
      constructor(...args: ConstructorParameters<typeof Request>) {
        super(...args)
        made += 1
      }
    },
  )
  onTestFinished(() => void vi.unstubAllGlobals())
  return () => made
}

async function textsOf(urls: readonly string[], init?: RequestInit): Promise<string[]> {
  const texts: string[] = []
  for (const url of urls) texts.push(await (await fetch(url, init)).text())
  return texts
}

test.each([
  ['3', msw3],
  ['2', msw2 as unknown as typeof msw3],
])('no Fetch request is made for a resolver of msw %s that does not look at it', async (_, msw) => {
  const { http, HttpResponse } = msw
  const others = Array.from({ length: 50 }, (__, index) =>
    http.get(`/v1/others-${index}/:id`, () => HttpResponse.text('another')),
  )
  const api = await startApi(
    [
      ...others,
      http.get('/v1/items/:id', ({ params }) => HttpResponse.text(`item ${String(params.id)}`)),
      http.get('*/v1/:kind/all', ({ params, request }) =>
        HttpResponse.text(`${String(params.kind)} of ${new URL(request.url).pathname}`),
      ),
    ],
    { upstream: 'http://things_api:8080' },
  )
  const { url } = api
  // What the first resolver is given tells that this version of MSW is understood.
  await textsOf([`${url}/v1/items/0`])
  const made = countRequests()
  const known = ['/v1/items/1', '/v1/items/2?page=1', '/v1/items/a%20b%C3%BC']
  expect(await textsOf(known.map((target) => url + target))).toEqual([
    'item 1',
    'item 2',
    'item a bü',
  ])
  const once = http.get('/v1/items/:id', () => HttpResponse.text('once'), { once: true })
  api.use(once)
  expect(await textsOf([`${url}/v1/items/1`, `${url}/v1/items/2`])).toEqual(['once', 'item 2'])
  expect(made()).toBe(0)
  expect(await textsOf([`${url}/v1/things/all`])).toEqual(['things of /v1/things/all'])
  expect(made()).toBe(1)
  // What these mean is left to MSW.
  await textsOf([`${url}/v1/items/%31`, `${url}/v1/items/3/`])
  await textsOf([`${url}/v1/items/4`], { headers: { cookie: 'session=a' } })
  expect(made()).toBe(4)
})
