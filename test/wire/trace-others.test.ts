import { request } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { createForwarder } from '../../src/wire/forward.ts'
import { createTrace } from '../../src/wire/trace.ts'
import { startRealApi } from '../responders/real-api.ts'
import { requestOf, trace } from './forwarded.ts'

test('after a request that undici refuses, nobody else’s is taken for it', async () => {
  const real = await startRealApi((_, outgoing) => outgoing.end('hello'))
  const forwarder = createForwarder(real.url)
  onTestFinished(() => forwarder.close())
  await trace(forwarder, requestOf('GET'))
  const seen = createTrace()
  await expect(forwarder.forward(requestOf('NO SUCH'), seen)).rejects.toThrow('method')
  await (await request(real.url)).body.dump()
  expect(seen).toMatchObject({ serverAddress: undefined, sentHeaders: undefined })
})
