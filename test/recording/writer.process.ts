// Records as many exchanges as it is told to, four at once, and says after each that its client had it all.

import { defineMocks } from '../../src/index.ts'

const [, , upstream, recording, mark, count, options = '{}'] = process.argv

const { apis, stop } = await defineMocks({
  api: { upstream: upstream!, recording: recording!, mode: 'record', ...JSON.parse(options) },
}).start({ env: false })
process.send!('ready')
process.once('message', async () => {
  let next = 0
  const client = async (): Promise<void> => {
    for (let index = next++; index < Number(count); index = next++) {
      const reply = await fetch(`${apis.api.url}/${mark}/${index}`)
      await reply.text()
      process.send!(index)
    }
  }
  await Promise.all([client(), client(), client(), client()])
  await stop()
  process.disconnect()
})
