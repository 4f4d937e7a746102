// Keeps some connections busy for a while, and says how many requests per second were answered. It
// reads no more of a reply than where it ends, so that the server is what takes the time. The arguments
// are its port, and headers to send.

import net from 'node:net'

const CONNECTIONS = 16
const MILLISECONDS = 1000

const [port, ...headers] = process.argv.slice(2)
const sent = ['Host: 127.0.0.1', ...headers, '', ''].join('\r\n')
let answered = 0
const start = performance.now()

function keepAsking(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), '127.0.0.1')
    let received = ''
    const ask = (): void =>
      void socket.write(`GET /items/${answered % 10}?page=1 HTTP/1.1\r\n${sent}`)
    socket.setEncoding('latin1').on('connect', ask).on('error', reject).on('close', resolve)
    socket.on('data', (text: string) => {
      received += text
      if (!isWhole(received)) return
      received = ''
      answered += 1
      if (performance.now() - start < MILLISECONDS) ask()
      else socket.end()
    })
  })
}

function isWhole(reply: string): boolean {
  const headEnd = reply.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const head = reply.slice(0, headEnd)
  if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(head)
  const length = /^content-length: (\d+)$/im.exec(head)?.[1]
  return length === undefined
    ? reply.endsWith('\r\n0\r\n\r\n')
    : reply.length >= headEnd + 4 + Number(length)
}

await Promise.all(Array.from({ length: CONNECTIONS }, keepAsking))
const seconds = (performance.now() - start) / 1000
process.send!(answered / seconds)
process.disconnect()
