import type { Locator, Page } from '@playwright/test'
import { http, HttpResponse } from 'msw'
import { completion, functionCall } from '../fixtures/completion.ts'
import { expect, test } from './test.ts'

async function ask(page: Page, question: string): Promise<void> {
  await page.goto('/')
  await page.getByLabel('Your question').fill(question)
  await page.getByRole('button', { name: 'Ask' }).click()
}

function messages(page: Page): Locator {
  return page.getByRole('log').getByRole('listitem')
}

test('answers a question', async ({ page, apis }) => {
  await ask(page, 'When do you close?')

  await expect(messages(page)).toHaveText(['When do you close?', 'We are open until six.'])
  await expect(apis.openai).toHaveReceived('POST', '/v1/chat/completions', {
    headers: { authorization: 'Bearer openai-key' },
    body: expect.objectContaining({
      messages: [
        expect.objectContaining({ role: 'system' }),
        { role: 'user', content: 'When do you close?' },
      ],
      stream: true,
    }),
    times: 1,
  })
})

test('shows the first words while the rest is still being written', async ({ page, apis }) => {
  const rest = Promise.withResolvers<string>()
  async function* written() {
    yield 'Let me see. '
    yield rest.promise
  }
  apis.openai.use(http.post('/v1/chat/completions', () => completion(written())))

  await ask(page, 'When do you close?')
  await expect(messages(page)).toHaveText(['When do you close?', 'Let me see.'])

  rest.resolve('At six.')
  await expect(messages(page)).toHaveText(['When do you close?', 'Let me see. At six.'])
})

test('looks an order up when the model wants it', async ({ page, apis }) => {
  apis.openai.use(
    http.post('/v1/chat/completions', () => functionCall('look_up_order', { id: '1042' }), {
      once: true,
    }),
    http.post('/v1/chat/completions', () => completion(['It leaves ', 'tomorrow.'])),
  )

  await ask(page, 'Where is my teapot?')

  await expect(messages(page)).toHaveText(['Where is my teapot?', 'It leaves tomorrow.'])
  await expect(apis.orders).toHaveReceived('GET', '/orders/1042')
  const told = { role: 'tool', tool_call_id: 'call_1', content: expect.stringContaining('Teapot') }
  await expect(apis.openai).toHaveReceived('POST', '/v1/chat/completions', {
    body: expect.objectContaining({ messages: expect.arrayContaining([told]) }),
  })
})

test('asks again when the model says to slow down', async ({ page, apis }) => {
  apis.openai.use(
    http.post(
      '/v1/chat/completions',
      () => HttpResponse.json({}, { status: 429, headers: { 'retry-after-ms': '20' } }),
      { once: true },
    ),
  )

  await ask(page, 'When do you close?')

  await expect(messages(page)).toHaveText(['When do you close?', 'We are open until six.'])
  await expect(apis.openai).toHaveReceived('POST', '/v1/chat/completions', { times: 2 })
})

test('apologises when an answer breaks off', async ({ page, apis }) => {
  const rest = Promise.withResolvers<string>()
  async function* written() {
    yield 'We are open '
    yield rest.promise
  }
  apis.openai.use(http.post('/v1/chat/completions', () => completion(written())))

  await ask(page, 'When do you close?')
  await expect(messages(page)).toHaveText(['When do you close?', 'We are open'])

  rest.reject(new Error('The model is gone.'))
  await expect(messages(page).last()).toHaveText(
    'We are open \nSorry, I cannot answer at the moment.',
  )
})
