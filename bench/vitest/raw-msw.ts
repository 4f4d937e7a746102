import { getResponse, http, HttpResponse } from 'msw'
import { declareAnswering } from './server-by-hand.ts'

const handlers = [
  http.get('*/v1/things/:id/kind-0', ({ params }) => HttpResponse.json({ id: params.id })),
]

declareAnswering(async (request, response) => {
  const url = new URL(request.url!, process.env.THINGS_API_URL)
  const reply = await getResponse(handlers, new Request(url))
  response.end(await reply!.text())
})
