import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: {
    env: 'USERS_API_URL',
    handlers: () => [http.get('/users/:id', ({ params }) => HttpResponse.json(params))],
  },
})
