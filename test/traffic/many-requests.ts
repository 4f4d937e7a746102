import { once } from 'node:events'
import net from 'node:net'

/** How many are on their way at once. */
const AT_ONCE = 100

const END = 'the end'

/**
 * Sends many GET requests on one connection, without waiting for each: fetch() takes longer. Resolves
 * when all replies have come, which end with `the end`.
 */
export async function sendMany(
  port: number,
  count: number,
  pathOf: (index: number) => string,
): Promise<void> {
  const socket = net.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  for (let sent = 0; sent < count; sent += AT_ONCE) {
    const some = Array.from(
      { length: Math.min(AT_ONCE, count - sent) },
      (_, index) => `GET ${pathOf(sent + index)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    )
    const answered = replies(socket, some.length)
    socket.write(some.join(''))
    await answered
  }
  socket.destroy()
}

async function replies(socket: net.Socket, count: number): Promise<void> {
  let text = ''
  let seen = 0
  while (seen < count) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    text += chunk.toString('latin1')
    const parts = text.split(END)
    seen += parts.length - 1
    text = parts.at(-1)!
  }
}
