import * as msw3 from 'msw'
import * as msw2 from 'msw-2'
import { expect, test } from 'vitest'
import { startApi } from '../wire/start-api.ts'

function isOn({ request }: { request: Request }): boolean {
  return request.headers.has('x-on')
}

test.each([
  ['3', msw3],
  ['2', msw2 as unknown as typeof msw3],
])(
  'a handler that matches in its own way does so with msw %s, whatever it is called',
  async (_, msw) => {
    const { http, HttpResponse } = msw
    class HttpHandler extends msw.HttpHandler {
      override async predicate(
        args: Parameters<msw3.HttpHandler['predicate']>[0],
      ): Promise<boolean> {
        return isOn(args) && super.predicate(args)
      }
    }
    const changed = Object.assign(
      http.get('/heir', () => HttpResponse.text('own')),
      { predicate: async (args: { request: Request }) => isOn(args) },
    )
    const { url } = await startApi([
      new HttpHandler('GET', '/class', () => HttpResponse.text('own')),
      Object.create(changed) as msw3.RequestHandler,
      http.get('*', () => HttpResponse.text('plain')),
    ])
    const ask = async (path: string, headers: Record<string, string> = {}): Promise<string> =>
      (await fetch(url + path, { headers })).text()
    for (const path of ['/class', '/heir']) {
      const on = { 'x-on': 'yes' }
      expect([await ask(path, on), await ask(path), await ask(path, on)]).toEqual([
        'own',
        'plain',
        'own',
      ])
    }
  },
)
