import { createServer } from '@mswjs/http-middleware'
import { http, HttpResponse } from 'msw'
import { pathsOf, replyOf } from '../servers/subject.ts'

const headers = { 'content-type': 'application/json' }

export async function open(served) {
  const reply = replyOf(served)
  const app = createServer(
    ...pathsOf(served).map((path) => {
      if (served.reads) {
        return http.post(path, async ({ request }) =>
          HttpResponse.json({ length: (await request.text()).length }),
        )
      }
      return reply === undefined
        ? http.get(path, ({ params }) => HttpResponse.json({ id: params.id }))
        : http.get(path, () => HttpResponse.text(reply, { headers }))
    }),
  )
  let server
  await new Promise((resolve) => {
    server = app.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: server.address().port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
