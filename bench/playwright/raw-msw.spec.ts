import { getResponse, http, HttpResponse } from 'msw'
import { declareTestsByHand } from './measured-suite.ts'

const handlers = [http.get('*/v1/things/:id/kind-0', ({ params }) => HttpResponse.json(params))]

declareTestsByHand(async (request, response) => {
  const url = new URL(request.url!, process.env.THINGS_API_URL)
  const reply = await getResponse(handlers, new Request(url))
  response.end(await reply!.text())
})
