import { getResponse, http, HttpResponse } from 'msw'
import { declareByHand } from './server-by-hand.ts'

const handlers = [http.get('*/users/:id', ({ params }) => HttpResponse.json({ id: params.id }))]

declareByHand(async (request, response) => {
  const url = new URL(request.url!, process.env.USERS_API_URL)
  const reply = await getResponse(handlers, new Request(url))
  response.end(await reply!.text())
})
