import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { startMocks } from '../support/start.ts'
import { startRealApi } from './real-api.ts'

const handlers = [
  http.post('/orders', ({ request }) =>
    HttpResponse.redirect(new URL('/orders/7?a=1', request.url), 303),
  ),
  http.get('/orders/7', () => HttpResponse.text('of the mock')),
  http.get('/pages', ({ request }) =>
    HttpResponse.json(
      { next: `${request.url}?page=2` },
      { headers: { link: `<${request.url}?page=2>; rel="next"`, 'x-next': request.url } },
    ),
  ),
]

test('redirects and links of handlers lead back to the mock, and not to the real API', async () => {
  const real = await startRealApi((_, outgoing) => outgoing.end('of the real API'))
  const { apis } = await startMocks({ shop: { upstream: real.url, handlers } })
  const { url } = apis.shop
  const response = await fetch(`${url}/orders`, { method: 'POST' })
  expect(await response.text()).toBe('of the mock')
  expect(response.url).toBe(`${url}/orders/7?a=1`)
  const pages = await fetch(`${url}/pages`)
  expect(pages.headers.get('link')).toBe(`<${url}/pages?page=2>; rel="next"`)
  // What else it says is its own business.
  expect(pages.headers.get('x-next')).toBe(`${real.url}/pages`)
  expect(await pages.json()).toEqual({ next: `${real.url}/pages?page=2` })
  expect(real.asked).toEqual([])
})

async function locationOf(url: string): Promise<string | null> {
  return (await fetch(`${url}/pay`, { redirect: 'manual' })).headers.get('location')
}

test('so it is among the APIs of a declaration, and not where rewriteUrls is false', async () => {
  const { apis } = await startMocks({
    shop: {
      upstream: 'https://shop.example',
      handlers: [http.get('/pay', () => HttpResponse.redirect('https://bank.example/in'))],
    },
    bank: { upstream: 'https://bank.example' },
    kept: {
      upstream: 'https://kept.example',
      rewriteUrls: false,
      handlers: [http.get('/pay', () => HttpResponse.redirect('https://bank.example/in'))],
    },
  })
  expect(await locationOf(apis.shop.url)).toBe(`${apis.bank.url}/in`)
  expect(await locationOf(apis.kept.url)).toBe('https://bank.example/in')
})
