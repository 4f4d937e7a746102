// Sends each secret in each place to an upstream that says it again in each place, and says when its
// client has all replies. It is killed then, or ended.

import zlib from 'node:zlib'
import { defineMocks } from '../../src/index.ts'
import { SECRETS } from './redaction/planted.ts'

const [, , upstream, recording] = process.argv

const { apis, stop } = await defineMocks({
  api: { upstream: upstream!, recording: recording!, mode: 'record' },
}).start({ env: false })
const { url } = apis.api

async function send(
  path: string,
  headers: Record<string, string>,
  body?: RequestInit['body'],
): Promise<void> {
  const init: RequestInit = body === undefined ? { headers } : { method: 'POST', headers, body }
  await (await fetch(url + path, { redirect: 'manual', ...init })).arrayBuffer()
}

for (const secret of Object.values(SECRETS)) {
  const inHeader = secret.replaceAll('\n', ' ')
  const encoded = encodeURIComponent(secret)
  const json = { 'content-type': 'application/json' }
  await send(`/header`, { authorization: `Bearer ${inHeader}`, 'x-trace': inHeader })
  await send('/cookie', { cookie: `sid=${encoded}` })
  await send(`/query?api_key=${encoded}&q=${encoded}`, {})
  await send(`/path/${encoded}/items`, {})
  await send('/json', json, JSON.stringify({ deep: [{ note: secret, password: secret }] }))
  await send('/form', {}, new URLSearchParams({ client_secret: secret, note: secret }))
  const form = new FormData()
  form.set('token', secret)
  form.set('file', new Blob([`key: ${secret}`]), 'key.txt')
  await send('/multipart', {}, form)
  await send('/text', { 'content-type': 'text/plain' }, `the key is ${secret}, keep it`)
  await send(
    '/binary',
    { 'content-type': 'application/octet-stream' },
    Buffer.concat([Buffer.from([0, 255]), Buffer.from(secret), Buffer.from([0])]),
  )
  const gzip = { ...json, 'content-encoding': 'gzip' }
  await send('/gzip', gzip, new Uint8Array(zlib.gzipSync(JSON.stringify({ note: secret }))))
  for (const kind of ['json', 'text', 'events', 'binary', 'gzip', 'head']) {
    await send(`/say/${kind}`, {}, secret)
  }
}
for (const password of ['hunter2-hunter2', 'correct horse']) {
  await send(
    '/login',
    { 'content-type': 'application/json' },
    JSON.stringify({ user: 'jane', password }),
  )
  await send('/basic', { authorization: `Basic ${btoa(`jane:${password}`)}` })
}
process.send!('received')
process.once('message', async () => {
  await stop()
  process.disconnect()
})
