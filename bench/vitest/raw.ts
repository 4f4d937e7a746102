import { declareByHand } from './server-by-hand.ts'

declareByHand((request, response) => {
  response.end(JSON.stringify({ id: request.url!.split('/').at(-1) }))
})
