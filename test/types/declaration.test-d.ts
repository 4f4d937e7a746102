// Checked by `npm run types`: each line below a directive must be an error, every other line none.

import { http, HttpResponse } from 'msw'
import { graphql } from 'msw/graphql'
import { defineMocks, type Exchange, type MockApi, type Mocks } from '../../src/index.ts'

const shop = graphql.link('/graphql')

const mocks = defineMocks({
  github: {
    env: 'GITHUB_API_URL',
    handlers: () => [http.get('/users/:login', ({ params }) => HttpResponse.json(params))],
  },
  openai: { env: { OPENAI_BASE_URL: ({ url, port }) => `${url}:${port.toFixed()}/v1` } },
  shop: { handlers: [shop.query('Cart', () => HttpResponse.json({ data: {} }))] },
})

export const declaration: Mocks<'github' | 'openai' | 'shop'> = mocks
export const anyDeclaration: Mocks = mocks

export async function useRunningMocks(): Promise<void> {
  const running = await mocks.start({ env: false, mode: 'replay' })
  const api: MockApi = running.apis.github
  // @ts-expect-error -- there is no such API
  running.apis.gitlab.reset()
  api.use(http.post('/x', () => HttpResponse.error()))
  // @ts-expect-error -- not a handler
  api.use(() => HttpResponse.error())
  const exchange: Exchange | undefined = api.find('GET', /users/)
  // @ts-expect-error -- it may not be there
  exchange.outcome.toUpperCase()
  exchange?.response?.json<{ login: string }>().login.trim()
  // @ts-expect-error -- not a mode
  await mocks.start({ mode: 'play' })
}

// What is undefined is left out.
defineMocks(
  { github: { upstream: process.env.GITHUB_URL, mode: undefined } },
  { services: undefined },
)

// @ts-expect-error -- a misspelt option
defineMocks({ github: { handler: () => [] } })
// @ts-expect-error -- handlers are MSW request handlers
defineMocks({ github: { handlers: () => [() => new Response()] } })
// @ts-expect-error -- a port is a number
defineMocks({ github: { port: '3000' } })
// @ts-expect-error -- an env function returns a string
defineMocks({ github: { env: { GITHUB_PORT: ({ port }) => port } } })
// @ts-expect-error -- an unknown policy
defineMocks({ github: { onUnhandled: 'error' } })
