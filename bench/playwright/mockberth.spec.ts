import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'
import { mockTest } from 'mockberth/playwright'
import { declareTests } from './measured-suite.ts'

const mocks = defineMocks({
  users: {
    env: 'USERS_API_URL',
    handlers: () => [http.get('/users/:id', ({ params }) => HttpResponse.json(params))],
  },
})

declareTests(mockTest(mocks))
