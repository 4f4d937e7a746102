import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'
import { mockTest } from 'mockberth/playwright'
import { declareTests } from './measured-suite.ts'

const mocks = defineMocks({
  things: {
    env: 'THINGS_API_URL',
    handlers: () => [http.get('/v1/things/:id/kind-0', ({ params }) => HttpResponse.json(params))],
  },
})

declareTests(mockTest(mocks))
