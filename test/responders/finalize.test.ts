import http from 'node:http'
import { once } from 'node:events'
import * as msw from 'msw'
import { expect, test } from 'vitest'
import { startApi } from '../wire/start-api.ts'

const { HttpResponse } = msw

test('finalize() cleans up when the reply is there, also behind an error and a thrown reply', async () => {
  const done: string[] = []
  const api = await startApi(
    [
      msw.http.get('/:how', async ({ params, finalize }) => {
        finalize(() => void done.push(`${String(params.how)}, second`))
        finalize(async () => void done.push(`${String(params.how)}, first`))
        if (params.how === 'fails') throw new Error('no')
        if (params.how === 'throws') throw HttpResponse.text('thrown', { status: 402 })
        return params.how === 'is-silent' ? undefined : HttpResponse.text('yes')
      }),
    ],
    { onUnhandled: 'ignore' },
  )
  const ways = ['answers', 'fails', 'throws', 'is-silent', 'answers']
  const statuses: number[] = []
  for (const way of ways) statuses.push((await fetch(`${api.url}/${way}`)).status)
  expect(statuses).toEqual([200, 500, 402, 501, 200])
  expect(done).toEqual(ways.flatMap((way) => [`${way}, first`, `${way}, second`]))
})

test('finalize() cleans up behind the last chunk of a stream', async () => {
  const done: string[] = []
  let end!: () => void
  const api = await startApi([
    msw.http.get('/', () => HttpResponse.text('ready')),
    msw.http.get('/stream', ({ finalize }) => {
      finalize(() => void done.push('cleaned up'))
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('begin'))
          end = () => controller.close()
        },
      })
      return new HttpResponse(body)
    }),
  ])
  await fetch(api.url)
  const reply = await fetch(`${api.url}/stream`)
  const reader = reply.body!.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('begin')
  expect(done).toEqual([])
  end()
  expect((await reader.read()).done).toBe(true)
  await expect.poll(() => done).toEqual(['cleaned up'])
})

test('finalize() cleans up when the client goes away', async () => {
  const done: string[] = []
  const api = await startApi([
    msw.http.get('/', () => HttpResponse.text('ready')),
    msw.http.get('/slow', async ({ finalize, request }) => {
      finalize(() => void done.push('cleaned up'))
      done.push('asked')
      await once(request.signal, 'abort')
      done.push('gone')
      return HttpResponse.text('late')
    }),
  ])
  await fetch(api.url)
  const request = http.get(`${api.url}/slow`).on('error', () => {})
  await expect.poll(() => done).toEqual(['asked'])
  request.destroy()
  await expect.poll(() => done).toEqual(['asked', 'cleaned up', 'gone'])
})
