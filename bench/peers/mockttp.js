import { getLocal } from 'mockttp'
import { pathsOf, replyOf } from '../servers/subject.ts'

// With headers of one's own it leaves out what says where a reply ends, and closes the connection.
const headersOf = (reply) => ({
  'content-type': 'application/json',
  'content-length': String(Buffer.byteLength(reply)),
})

// It has no parameters in paths: a pattern and an answer that stays the same are the least there is.
export async function open(served) {
  const reply = replyOf(served)
  const server = getLocal()
  await server.start()
  for (const pattern of pathsOf(served)) {
    const path = pattern.includes(':id')
      ? new RegExp(`^${pattern.replace(':id', '[^/]+')}$`)
      : pattern
    if (served.reads) {
      await server.forPost(path).thenCallback(async ({ body }) => {
        const read = JSON.stringify({ length: (await body.getText()).length })
        return { body: read, headers: headersOf(read) }
      })
    } else if (reply === undefined) await server.forGet(path).thenJson(200, { id: '7' })
    else await server.forGet(path).thenReply(200, reply, headersOf(reply))
  }
  return { port: server.port, stop: () => server.stop() }
}
