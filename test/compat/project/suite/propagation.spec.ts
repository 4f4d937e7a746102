import { spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import { expect, onTestFinished, test } from 'vitest'

/** When the body of a request has come, it asks itself in two ways, and says what these two carried. */
const APP = `
  import http from 'node:http'
  import { text } from 'node:stream/consumers'
  const server = http.createServer((request, response) => {
    const { baggage = 'nothing' } = request.headers
    if (request.url === '/inner') return response.end(baggage)
    request.resume().on('end', async () => {
      const inner = 'http://127.0.0.1:' + server.address().port + '/inner'
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
      const byFetch = await (await fetch(inner)).text()
      http.get(inner, async (reply) => response.end(byFetch + ' ' + (await text(reply))))
    })
  })
  server.listen(0, '127.0.0.1', () => console.log(server.address().port))`

const OPTIONS = ['--import', 'mockberth/propagate', '--input-type=module', '--eval', APP]

function baggageOf(index: number): string | undefined {
  return index % 3 === 0 ? undefined : `a=${index},mockberth=test-${index}`
}

test('what a request carries is carried on, and none is mixed up', async () => {
  const { NODE_OPTIONS: _, ...env } = process.env
  const app = spawn(process.execPath, OPTIONS, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const agent = new http.Agent({ keepAlive: true, maxSockets: 20 })
  onTestFinished(() => {
    agent.destroy()
    app.kill()
  })
  const port = Number(String((await once(app.stdout, 'data'))[0]))
  const indexes = Array.from({ length: 100 }, (__, index) => index)
  const replies = await Promise.all(
    indexes.map(async (index) => {
      const baggage = baggageOf(index)
      const headers = baggage === undefined ? {} : { baggage }
      const options = { host: '127.0.0.1', port, method: 'POST', agent, headers }
      const request = http.request(options).end('x'.repeat(100_000))
      const [reply] = (await once(request, 'response')) as [http.IncomingMessage]
      return Buffer.concat(await reply.toArray()).toString()
    }),
  )
  const carried = indexes.map((index) => baggageOf(index) ?? 'nothing')
  expect(replies).toEqual(carried.map((baggage) => `${baggage} ${baggage}`))
})
