import { getResponse, http, HttpResponse } from 'msw'
import { declareTestsByHand } from './measured-suite.ts'

const handlers = [http.get('*/users/:id', ({ params }) => HttpResponse.json(params))]

declareTestsByHand(async (request, response) => {
  const url = new URL(request.url!, process.env.USERS_API_URL)
  const reply = await getResponse(handlers, new Request(url))
  response.end(await reply!.text())
})
