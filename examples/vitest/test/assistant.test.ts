import { http, HttpResponse } from 'msw'
import { describe, expect } from 'vitest'
import { streamedReply } from '../fixtures/streamed-reply.ts'
import { answer } from '../src/assistant.ts'
import { test } from './test.ts'

describe('the assistant', () => {
  test('hands on the reply piece by piece', async () => {
    const pieces = await Array.fromAsync(answer('When do parcels leave?'))

    expect(pieces).toEqual(['Parcels ', 'leave ', 'at noon.'])
  })

  test('shows the first words while the rest is still being written', async ({ apis }) => {
    const rest = Promise.withResolvers<string>()
    async function* written() {
      yield 'Let me see. '
      yield rest.promise
    }
    apis.openai.use(http.post('/v1/responses', () => streamedReply(written())))

    const pieces = answer('When do parcels leave?')
    expect(await pieces.next()).toEqual({ done: false, value: 'Let me see. ' })
    rest.resolve('At noon.')
    expect(await pieces.next()).toEqual({ done: false, value: 'At noon.' })
    expect(await pieces.next()).toEqual({ done: true, value: undefined })
  })

  test('sends the question with the key, and asks for a stream', async ({ apis }) => {
    await Array.fromAsync(answer('When do parcels leave?'))

    expect(apis.openai).toHaveReceived('POST', '/v1/responses', {
      headers: { authorization: 'Bearer openai-key' },
      body: expect.objectContaining({ input: 'When do parcels leave?', stream: true }),
    })
  })

  test('asks again when it is told to slow down', async ({ apis }) => {
    apis.openai.use(
      http.post(
        '/v1/responses',
        () =>
          HttpResponse.json(
            { error: { message: 'Rate limit reached' } },
            { status: 429, headers: { 'retry-after-ms': '20' } },
          ),
        { once: true },
      ),
    )

    const pieces = await Array.fromAsync(answer('When do parcels leave?'))

    expect(pieces.join('')).toBe('Parcels leave at noon.')
    expect(apis.openai.exchanges.map(({ response }) => response?.status)).toEqual([429, 200])
  })
})
