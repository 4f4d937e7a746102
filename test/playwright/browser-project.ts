import type { Project } from '../support/project.ts'
import { inChromium, playwrightProject } from './playwright-project.ts'

/** APIs with an upstream each, `shop` and `auth`, and one with none, `local`. */
const MOCKS = `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  shop: {
    env: 'SHOP_API_URL',
    upstream: 'https://api.shop.example',
    handlers: () => [
      http.get('/items/:id', ({ params, request }) =>
        HttpResponse.json({ id: params.id, at: request.url }, { headers: { 'x-total': '1' } }),
      ),
      http.post('/items', async ({ request }) =>
        HttpResponse.json({ got: [...new Uint8Array(await request.arrayBuffer())] }, { status: 201 }),
      ),
      http.get('/events', () => {
        const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('data: first\\n\\n')) })
        return new HttpResponse(body, { headers: { 'content-type': 'text/event-stream' } })
      }),
    ],
  },
  auth: { upstream: 'http://auth.example:8080' },
  local: { env: 'LOCAL_API_URL' },
})
`

/** A server of pages on a port of its own, whose \`baseURL\` it is; \`/to?URL\` redirects. */
const TEST = `
import { createServer } from 'node:http'
import { test as base } from '@playwright/test'
import { mockTest } from 'mockberth/playwright'
import mocks from '../mocks.ts'

export { expect } from 'mockberth/playwright'

const served = base.extend<{}, { origin: string }>({
  origin: [
    async ({}, use) => {
      const server = createServer((incoming, outgoing) => {
        const isScript = incoming.url!.endsWith('.js')
        outgoing.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
        outgoing.end(isScript ? WORKER : '<title>the app</title>')
      })
      await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
      await use('http://127.0.0.1:' + (server.address() as { port: number }).port)
      server.closeAllConnections()
      server.close()
    },
    { scope: 'worker' },
  ],
  baseURL: ({ origin }, use) => use(origin),
})

const WORKER = \`
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', (event) => {
  const { url } = event.request
  if (url.startsWith('https:')) event.respondWith(fetch(url + '?by=worker'))
})
\`

export const test = mockTest(mocks, { base: served })
`

/** A project whose pages are opened in a real Chromium; `use` is source text. */
export function browserProject(specs: Readonly<Record<string, string>>, use = ''): Project {
  return playwrightProject(
    {
      'mocks.ts': MOCKS,
      'e2e/test.ts': TEST,
      ...Object.fromEntries(
        Object.entries(specs).map(([path, text]) => [
          path,
          path.endsWith('.spec.ts')
            ? `import { http, HttpResponse } from 'msw'\nimport { expect, test } from './test.ts'\n${text}`
            : text,
        ]),
      ),
    },
    inChromium(use),
  )
}
