import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createFolder, entryOf, harOf, replay } from '../support/har.ts'
import { startMocks } from '../support/start.ts'
import { ask, post } from './recorded.ts'

const text = (said: string): object => ({ content: { mimeType: 'text/plain', text: said } })

test('an entry that does not tell its body, and one that does, have their turns in order', async () => {
  const api = await replay(
    [
      entryOf({ url: '/a', bodySize: -1 }, text('first')),
      entryOf({ url: '/a', bodySize: 0 }, text('second')),
    ],
    { onUnhandled: 'ignore' },
  )
  expect([await ask(api, '/a'), await ask(api, '/a'), await ask(api, '/a')]).toEqual([
    'first',
    'second',
    'second',
  ])
})

test('a body that normalize sets is known, also where nobody told what was sent', async () => {
  const api = await replay(
    [
      entryOf({ method: 'POST', url: '/a', bodySize: -1 }, text('first')),
      entryOf({ method: 'POST', url: '/a', postData: { text: 'x' } }, text('second')),
    ],
    {
      onUnhandled: 'ignore',
      match: {
        normalize(request) {
          request.body = ''
        },
      },
    },
  )
  expect([await ask(api, '/a', post('1')), await ask(api, '/a', post('2'))]).toEqual([
    'first',
    'second',
  ])
})

test.for([
  ['application/x-www-form-urlencoded', 'a=1&b=2'],
  ['application/json', '42'],
])('a recorded body without a type is that of %s, byte by byte', async ([type, body]) => {
  const recorded = entryOf({ method: 'POST', url: '/a', postData: { text: body } }, text('found'))
  const api = await replay([recorded], { onUnhandled: 'ignore' })
  expect(await ask(api, '/a', post(body!, { 'content-type': type! }))).toBe('found')
  expect(await ask(api, '/a', post(`${body}3`, { 'content-type': type! }))).toBe('unhandled')
})

test('a file beside a recording that is edited is read again', async () => {
  const folder = await createFolder()
  const recording = join(folder, 'api.har')
  const content = { mimeType: 'text/plain', _file: 'body.txt' }
  writeFileSync(recording, harOf([entryOf({ url: '/a' }, { content })]))
  for (const body of ['before', 'after it was edited']) {
    writeFileSync(join(folder, 'body.txt'), body)
    const { apis, stop } = await startMocks({ api: { recording } })
    expect(await ask(apis.api, '/a')).toBe(body)
    await stop()
  }
})
