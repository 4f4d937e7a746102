import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { streamText } from 'hono/streaming'
import { answer } from './assistant.ts'
import { cancelOrder, ordersOf } from './orders.ts'
import { failurePage, shopPage } from './page.ts'

const CUSTOMER = '7'

export const app = new Hono()

app.use('/public/*', serveStatic({ root: join(import.meta.dirname, '..') }))

app.get('/', async (context) => context.html(shopPage(await ordersOf(CUSTOMER))))

app.post('/orders/:id/cancel', async (context) => {
  await cancelOrder(context.req.param('id'))
  return context.redirect('/', 303)
})

app.post('/chat', async (context) => {
  const question = await context.req.text()
  return streamText(
    context,
    async (stream) => {
      for await (const piece of answer(question)) await stream.write(piece)
    },
    async (error, stream) => {
      console.error('chat:', error)
      await stream.write('\nSorry, I cannot answer at the moment.')
    },
  )
})

app.onError((error, context) => {
  console.error(`${context.req.method} ${context.req.path}:`, error)
  return context.html(failurePage(), 502)
})
