import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { pathsOf, replyOf } from '../servers/subject.ts'

export async function open(served) {
  const reply = replyOf(served)
  const app = new Hono()
  for (const path of pathsOf(served)) {
    if (served.reads) app.post(path, async (c) => c.json({ length: (await c.req.text()).length }))
    else if (reply === undefined) app.get(path, (c) => c.json({ id: c.req.param('id') }))
    else app.get(path, (c) => c.body(reply, 200, { 'content-type': 'application/json' }))
  }
  let server
  const { port } = await new Promise((resolve) => {
    server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, resolve)
  })
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
