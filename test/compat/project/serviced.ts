import { defineMocks } from 'mockberth'

/** It counts what it is asked, until it is asked to begin anew. */
const COUNTER = `
let count = 0
require('node:fs').appendFileSync('starts.log', 'started\\n')
require('node:http')
  .createServer((request, response) => {
    count = request.url === '/reset' ? 0 : count + 1
    response.end(String(count))
  })
  .listen(process.env.PORT, '127.0.0.1')`

export default defineMocks(
  {},
  {
    services: {
      counter: {
        command: [process.execPath, '-e', COUNTER],
        env: 'COUNTER_URL',
        reset: ({ url }) => fetch(`${url}/reset`),
      },
    },
  },
)
