import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { replyOf, type Served, type Subject } from './subject.ts'

/** Opens the least that listens on one port of both loopback families and answers the same. */
export async function open(served: Served): Promise<Subject> {
  const answer = served.reads ? answerWithLength : answerWith(replyOf(served))
  const four = http.createServer(answer)
  const six = http.createServer(answer)
  await listen(four, '127.0.0.1', 0)
  const { port } = four.address() as AddressInfo
  await listen(six, '::1', port)
  return {
    port,
    stop: async () => {
      await Promise.all([four, six].map(close))
    },
  }
}

function answerWith(reply: string | undefined): http.RequestListener {
  return (request, response) => {
    const text = reply ?? JSON.stringify({ id: request.url!.split('/', 4)[3] })
    response.setHeader('content-type', 'application/json').end(text)
  }
}

function answerWithLength(request: http.IncomingMessage, response: http.ServerResponse): void {
  let text = ''
  request.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  request.on('end', () => {
    const answer = JSON.stringify({ length: text.length })
    response.setHeader('content-type', 'application/json').end(answer)
  })
}

function listen(server: http.Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
}

function close(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
