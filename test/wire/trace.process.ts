// Forwards to an HTTPS upstream under the machine's authorities and one more, and tells the traces.

import { createForwarder } from '../../src/wire/forward.ts'
import { requestOf, trace } from './forwarded.ts'

const forwarder = createForwarder(process.argv[2]!)
for (let round = 0; round < 2; round++) {
  const { trace: seen, text, timings } = await trace(forwarder, requestOf('GET', '/'))
  const { serverAddress, sentHeaders } = seen
  process.send!({ text, serverAddress, sentHeaders, timings })
}
await forwarder.close()
process.disconnect()
