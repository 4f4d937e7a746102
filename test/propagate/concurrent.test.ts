import http from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { pathOf, startApp, startUpstream } from './running-app.ts'
import { moments } from './moments.ts'

/** Asks on connections that are kept. */
function createAsking(
  port: number,
): (path: string, baggage: string | undefined) => Promise<string> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 200 })
  onTestFinished(() => agent.destroy())
  return (path, baggage) =>
    new Promise((resolve, reject) => {
      const headers = baggage === undefined ? {} : { baggage }
      const request = http.get({ host: '127.0.0.1', port, path, agent, headers }, async (reply) => {
        resolve(Buffer.concat(await reply.toArray()).toString())
      })
      request.on('error', reject)
    })
}

/** The path says whose a request is; every third is nobody's. */
const baggageOf = (index: number): string | undefined =>
  index % 3 === 0 ? undefined : `a=${index},mockberth=test-${index}`

function expectedOf(path: string): string[] {
  const baggage = baggageOf(Number(/\d+/.exec(path)![0]))
  return baggage === undefined ? [] : [baggage]
}

test('of 200 requests at once, each of which makes several, none is mixed up', async () => {
  const [app, upstream] = await Promise.all([startApp(), startUpstream()])
  const ask = createAsking(app.http)
  // The second time, the connections have been those of others.
  for (const first of [0, 200]) {
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, at) => {
        const index = first + at
        return ask(pathOf('many', String(index), `${upstream.url}/of-${index}`), baggageOf(index))
      }),
    )
    expect(new Set(replies)).toEqual(new Set(['done']))
  }
  const paths = upstream.paths()
  expect(paths).toHaveLength(2000)
  expect(upstream.values('baggage')).toEqual(paths.map(expectedOf))
})

test.for(Object.keys(moments))(
  'of 100 requests at once, none is mixed up in %s',
  async (moment) => {
    const [app, upstream] = await Promise.all([startApp(), startUpstream()])
    const ask = createAsking(app.http)
    const clients = ['fetch', 'undici.request', 'http.request with an agent']
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const to = `${upstream.url}/of-${index}`
        const path = pathOf(moment, clients[index % clients.length]!, to)
        expect(await ask(path, baggageOf(index))).toBe('done')
      }),
    )
    const asked = (): string[] => upstream.paths().filter((path) => path !== '/before')
    await expect.poll(() => new Set(asked()).size).toBe(100)
    const values = upstream
      .paths()
      .map((path, at) => [path, upstream.values('baggage')[at]!] as const)
    const ofTests = values.filter(([path]) => path !== '/before')
    expect(ofTests).toEqual(ofTests.map(([path]) => [path, expectedOf(path)]))
  },
)
