// Records as many exchanges as it is told to, and says after each that its client had it all.

import { defineMocks } from '../../src/index.ts'

const [, , upstream, recording, mark, count, options = '{}'] = process.argv

const { apis, stop } = await defineMocks({
  api: { upstream: upstream!, recording: recording!, mode: 'record', ...JSON.parse(options) },
}).start({ env: false })
process.send!('ready')
process.once('message', async () => {
  for (let index = 0; index < Number(count); index++) {
    const reply = await fetch(`${apis.api.url}/${mark}/${index}`)
    await reply.text()
    process.send!(index)
  }
  await stop()
  process.disconnect()
})
