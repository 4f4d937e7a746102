import * as msw3 from 'msw'
import * as msw2 from 'msw-2'
import { expect, test } from 'vitest'
import { startApi } from '../wire/start-api.ts'

const ORIGIN = 'https://api.shop.example'

/** What resolvers may do with what they are given, and what comes of it. */
const looks: Record<string, (info: any) => unknown> = {
  names: (info) => [Object.keys(info), 'finalize' in info, Object.hasOwn(info, 'request')],
  kind: (info) => [info.constructor === Object, Object.getPrototypeOf(info) === Object.prototype],
  spread: (info) => kindsOf({ ...info }),
  rest: ({ params, ...others }) => [params, kindsOf(others)],
  assigned: (info) => kindsOf(Object.assign({}, info, { user: 'ada' })),
  inherited: (info) => kindsOf(Object.create(info)),
  proxied: (info) => kindsOf(new Proxy(info, {})),
  entries: (info) => Object.entries(info).map(([name, value]) => [name, typeof value]),
  json: (info) => Object.keys(JSON.parse(JSON.stringify(info)) as object),
  values: (info) => [info.request === info.request, info.requestId === info.requestId],
  frozen: (info) => [kindsOf(Object.freeze(info)), Object.isFrozen(info)],
  replaced(info) {
    info.request = new Request(info.request, { headers: { 'x-user': 'ada' } })
    info.requestId = 'mine'
    return [info.request.headers.get('x-user'), info.requestId]
  },
  defined: (info) => kindsOf(Object.defineProperty(info, 'request', { value: undefined })),
  deleted(info) {
    delete info.request
    return ['request' in info, kindsOf(info)]
  },
  added(info) {
    info.user = 'ada'
    info.params.extra = 'param'
    info.cookies.extra = 'cookie'
    return [kindsOf(info), info.params, info.cookies]
  },
}

function kindsOf(info: any): unknown {
  const { request, requestId, params, cookies, finalize, user } = info
  return [request?.url, typeof requestId, params, cookies, typeof finalize, user]
}

test.each([
  ['3', msw3],
  ['2', msw2 as unknown as typeof msw3],
])('what a resolver is given is to it what msw %s gives', async (_, { http, ...msw }) => {
  const handlers = Object.entries(looks).map(([name, look]) =>
    http.get(`/${name}/:id`, (info) => msw.HttpResponse.json(look(info) as object)),
  )
  const api = await startApi(handlers, { upstream: ORIGIN })
  // What the first resolver is given tells that this version of MSW is understood.
  await fetch(`${api.url}/names/1`)
  for (const name of Object.keys(looks)) {
    const target = `/${name}/1?page=2`
    const request = new Request(ORIGIN + target)
    const expected = await msw.getResponse(handlers, request, { baseUrl: ORIGIN })
    const response = await fetch(api.url + target)
    expect([name, await response.text()]).toEqual([name, await expected?.text()])
  }
})
