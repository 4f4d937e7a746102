import { declareAnswering } from './server-by-hand.ts'

declareAnswering((request, response) => {
  response.end(JSON.stringify({ id: request.url!.split('/')[3] }))
})
