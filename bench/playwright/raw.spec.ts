import { declareTestsByHand } from './measured-suite.ts'

declareTestsByHand((request, response) => {
  response.end(JSON.stringify({ id: request.url!.split('/')[3] }))
})
