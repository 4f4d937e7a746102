import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  things: {
    env: 'THINGS_API_URL',
    handlers: () => [http.get('/v1/things/:id/kind-0', ({ params }) => HttpResponse.json(params))],
  },
})
