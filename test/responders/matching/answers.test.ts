import http from 'node:http'
import * as msw3 from 'msw'
import * as msw2 from 'msw-2'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startApi } from '../../wire/start-api.ts'
import { generatedPattern, generatedTarget, ORIGIN, pick, seeded } from './generated.ts'

const LISTS = 15
const REQUESTS = 80
const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT'] as const

interface Asked {
  readonly method: string
  readonly target: string
  readonly headers: Record<string, string>
}

interface Made {
  readonly method: 'get' | 'post' | 'all'
  readonly pattern: string
  readonly kind: 'params' | 'request' | 'silent' | 'generator' | 'once' | 'throws' | 'finalizes'
}

test.each([
  ['3', msw3],
  ['2', msw2 as unknown as typeof msw3],
])('a server answers as msw %s does, whichever handlers it has', async (_, msw) => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => void vi.restoreAllMocks())
  const random = seeded(7)
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const answers: string[] = []
  const expected: string[] = []
  for (let list = 0; list < LISTS; list++) {
    const made = Array.from({ length: 40 }, () => generatedHandler(random)).filter(({ pattern }) =>
      isUnderstood(msw, pattern),
    )
    const api = await startApi(handlersOf(msw, made), { upstream: ORIGIN, onUnhandled: 'ignore' })
    const oracle = handlersOf(msw, made)
    for (let count = 0; count < REQUESTS; count++) {
      const asked = generatedRequest(random)
      const shown = `${asked.method} ${asked.target}: `
      answers.push(shown + (await answerOf(api.port, asked, agent)))
      expected.push(shown + (await oracleAnswer(msw, oracle, asked)))
    }
  }
  expect(answers.filter((answer) => answer.includes(': 200 ')).length).toBeGreaterThan(500)
  expect(answers).toEqual(expected)
})

/** At a pattern that msw 2 does not understand it throws, whatever is asked for. */
function isUnderstood(msw: typeof msw3, pattern: string): boolean {
  try {
    msw.matchRequestUrl(new URL(ORIGIN), pattern, ORIGIN)
    return true
  } catch {
    return false
  }
}

function generatedHandler(random: () => number): Made {
  return {
    method: pick(random, ['get', 'get', 'get', 'post', 'all']),
    pattern: generatedPattern(random),
    kind: pick(random, [
      'params',
      'params',
      'params',
      'request',
      'request',
      'silent',
      'generator',
      'once',
      'throws',
      'finalizes',
    ]),
  }
}

function generatedRequest(random: () => number): Asked {
  const headers: Record<string, string> = random() < 0.2 ? { cookie: 'session=a; theme=b' } : {}
  return { method: pick(random, METHODS), target: generatedTarget(random), headers }
}

function handlersOf(msw: typeof msw3, made: readonly Made[]): msw3.RequestHandler[] {
  const { HttpResponse } = msw
  return made.map(({ method, pattern, kind }, index) => {
    const reply = (said: object): msw3.HttpResponse<any> => HttpResponse.json({ index, ...said })
    const resolvers: Record<Made['kind'], (info: any) => any> = {
      params: ({ params, cookies }) => reply({ params, cookies }),
      request: ({ request, params }) =>
        reply({ params, url: request.url, method: request.method, of: request.headers.get('x') }),
      silent: () => undefined,
      *generator({ params }) {
        yield reply({ step: 1, params })
        return reply({ step: 2 })
      },
      once: ({ params }) => reply({ params }),
      throws({ params }) {
        throw reply({ thrown: true, params })
      },
      finalizes({ finalize, params }) {
        finalize?.(() => {})
        return reply({ params })
      },
    }
    return msw.http[method](pattern, resolvers[kind], { once: kind === 'once' })
  })
}

function answerOf(port: number, { method, target, headers }: Asked, agent: http.Agent) {
  return new Promise<string>((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', method, path: target, headers, agent })
    request.on('error', reject).on('response', async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      resolve(response.statusCode === 200 ? `200 ${text}` : String(response.statusCode))
    })
    request.end()
  })
}

/** The first handler that answers, by MSW's own full matching. */
async function oracleAnswer(
  msw: typeof msw3,
  handlers: readonly msw3.RequestHandler[],
  { method, target, headers }: Asked,
): Promise<string> {
  for (const handler of handlers) {
    const request = new Request(ORIGIN + target, { method, headers })
    try {
      const response = await msw.getResponse([handler], request, { baseUrl: ORIGIN })
      if (response !== undefined) return `200 ${await response.text()}`
    } catch (error) {
      // Of a path that is no UTF-8, mockberth goes on to the next handler.
      if (!(error instanceof URIError)) return '500'
    }
  }
  return '501'
}
