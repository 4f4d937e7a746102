import { expect, test } from 'vitest'
import { toHarEntry } from '../../src/recording/har-entry.ts'
import type { HarPostData } from '../../src/recording/har.ts'
import { captureOf, entryErrors } from './captured.ts'

function postDataOf(type: string, requestBody: string | Uint8Array): HarPostData {
  const capture = captureOf({ method: 'POST', requestHeaders: ['Content-Type', type], requestBody })
  const entry = toHarEntry(capture)
  expect(entryErrors(entry)).toEqual([])
  return entry.request!.postData!
}

test('a form has its fields, and its text', () => {
  const type = 'application/x-www-form-urlencoded; charset=utf-8'
  expect(postDataOf(type, 'name=Zo%C3%AB+B&empty=&alone')).toEqual({
    mimeType: type,
    text: 'name=Zo%C3%AB+B&empty=&alone',
    params: [
      { name: 'name', value: 'Zoë B' },
      { name: 'empty', value: '' },
      { name: 'alone', value: '' },
    ],
  })
})

const BOUNDARY = '----x'
const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`

function multipart(file: Uint8Array): Buffer {
  const before = [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\n\r\nZoë\r\nB\r\n`,
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a %22b%22"; filename="ü.bin"\r\nContent-Type: image/png\r\n\r\n`,
  ]
  return Buffer.concat([Buffer.from(before.join('')), file, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)])
}

const FIELDS = [
  { name: 'title', value: 'Zoë\r\nB' },
  { name: 'a "b"', fileName: 'ü.bin', contentType: 'image/png' },
]

test('a form with a file has its fields, whether its body is text or bytes', () => {
  const text = multipart(Buffer.from('plain')).toString()
  const bytes = multipart(Buffer.from([0, 255, 128]))
  expect(postDataOf(MULTIPART, text)).toEqual({ mimeType: MULTIPART, text, params: FIELDS })
  expect(postDataOf(MULTIPART, bytes)).toEqual({
    mimeType: MULTIPART,
    text: bytes.toString('base64'),
    encoding: 'base64',
    params: FIELDS,
  })
})

test.for<[type: string, body: string, params: unknown]>([
  ['multipart/form-data', '--x\r\n\r\n--x--', undefined],
  ['multipart/form-data; boundary=x', 'none', []],
  ['multipart/form-data; boundary=x', '--x\r\nContent-Type: a/b\r\n\r\nnameless\r\n--x--', []],
  [
    'Multipart/Form-Data; charset=utf-8; boundary="x y"',
    'before\r\n--x y\r\ncontent-disposition: form-data; filename=f; name=n\r\n\r\n1\r\n--x y--\r\nafter',
    [{ name: 'n', fileName: 'f' }],
  ],
  ['multipart/mixed; boundary=x', '--x\r\n\r\n--x--', undefined],
  ['text/plain', 'a=1', undefined],
])('a body of %s, %j', ([type, body, params]) => {
  expect(postDataOf(type, body).params).toEqual(params)
})
