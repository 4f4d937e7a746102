import { http, HttpResponse, type HttpHandler } from 'msw'
import type * as Mockberth from '../../src/index.ts'
import { pathsOf, replyOf, type Served, type Subject } from './subject.ts'

const BUILT = new URL('../../dist/index.js', import.meta.url).href
const { defineMocks } = (await import(BUILT)) as typeof Mockberth

/** Starts one API of the built package. */
export async function open(served: Served): Promise<Subject> {
  const { recording } = served
  const mocks = defineMocks({
    api: {
      env: 'BENCH_API_URL',
      ...(recording === undefined
        ? { handlers: () => handlersOf(served) }
        : { upstream: 'https://api.test', recording }),
    },
  })
  const { apis, stop } = await mocks.start()
  return { port: apis.api.port, stop }
}

/** Starts one set of so many APIs. */
export async function openMany(count: number): Promise<{ stop(): Promise<void> }> {
  const apis = Array.from({ length: count }, (_, index) => [
    `api${index}`,
    { env: `BENCH_API_${index}_URL`, handlers: () => handlersOf({}) },
  ])
  return defineMocks(Object.fromEntries(apis)).start()
}

function handlersOf(served: Served): HttpHandler[] {
  const reply = replyOf(served)
  return pathsOf(served).map((path) => {
    if (served.reads) {
      return http.post(path, async ({ request }) =>
        HttpResponse.json({ length: (await request.text()).length }),
      )
    }
    return reply === undefined
      ? http.get(path, ({ params }) => HttpResponse.json({ id: params.id }))
      : http.get(path, () => HttpResponse.text(reply, { headers: JSON_TYPE }))
  })
}

const JSON_TYPE = { 'content-type': 'application/json' }
