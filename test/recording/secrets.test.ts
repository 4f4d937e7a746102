import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import zlib from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { readSidecarText } from '../../src/recording/sidecar-text.ts'
import { startRealApi, type RealApi } from '../responders/real-api.ts'
import { createFolder } from '../support/har.ts'
import { formsOf, SECRETS } from './redaction/planted.ts'
import { entriesOf, startRecording } from './upstream.ts'

const PROCESS = fileURLToPath(new URL('secrets.process.ts', import.meta.url))
const PLANTED = [...Object.values(SECRETS), 'hunter2-hunter2', 'correct horse']

/** Says what it was told, in the form that the path asks for. */
function startParrot(): Promise<RealApi> {
  return startRealApi(({ target, body }, outgoing) => {
    const secret = body.toString()
    const json = JSON.stringify({ access_token: secret, nested: { text: `is ${secret}` } })
    const say: Record<string, () => void> = {
      '/say/json': () => outgoing.setHeader('content-type', 'application/json').end(json),
      '/say/text': () => outgoing.setHeader('content-type', 'text/html').end(`<p>${secret}</p>`),
      '/say/events': () =>
        outgoing.setHeader('content-type', 'text/event-stream').end(`data: ${json}\n\n`),
      '/say/binary': () =>
        outgoing
          .setHeader('content-type', 'application/x-own')
          .end(Buffer.concat([Buffer.from([0, 1, 254]), body])),
      '/say/gzip': () =>
        outgoing
          .setHeader('content-type', 'application/json')
          .setHeader('content-encoding', 'gzip')
          .end(zlib.gzipSync(json)),
      '/say/head': () =>
        outgoing
          .setHeader('set-cookie', `sid=${encodeURIComponent(secret)}; Path=/`)
          .setHeader('location', `/next?token=${encodeURIComponent(secret)}`)
          .writeHead(302)
          .end(),
    }
    ;(say[target] ?? (() => outgoing.end('ok')))()
  })
}

/** What of it is on disk, in the folder and below, in whatever form it was sent. */
function foundIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  const bytes = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name)))
  const forms = PLANTED.flatMap((secret) =>
    formsOf(secret).concat(
      Buffer.from(secret).toString('base64').slice(4, -4),
      btoa(`jane:${secret}`),
    ),
  )
  return forms.filter((form) => bytes.some((content) => content.includes(form)))
}

test('of a secret of every shape in every place, no byte comes to the disk, also when the process is killed', async () => {
  const [{ url: upstream }, folder] = await Promise.all([startParrot(), createFolder()])
  const recording = join(folder, 'api.har')
  const child = fork(PROCESS, [upstream, recording], { env: { ...process.env, CI: '' } })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const [sidecar] = readdirSync(folder)
  expect(sidecar).toMatch(/\.part$/)
  const text = readFileSync(join(folder, sidecar!), 'utf8')
  expect(readSidecarText(sidecar!, text)).toHaveLength(Object.keys(SECRETS).length * 16 + 4)
  expect(text).toContain('REDACTED')
  expect(foundIn(folder)).toEqual([])

  await (await startRecording({ upstream, recording, mode: 'record-missing' })).stop()
  expect(readdirSync(folder)).toEqual(['api.har'])
  expect(entriesOf(recording)).toHaveLength(Object.keys(SECRETS).length * 16 + 4)
  expect(foundIn(folder)).toEqual([])
})

test('the search finds what is there', async () => {
  const folder = await createFolder()
  const secret = SECRETS['a GitHub token']!
  writeFileSync(
    join(folder, 'leak'),
    `{"a":"${Buffer.from(` ${secret}`).toString('base64')}","b":"${secret}"}`,
  )
  expect(foundIn(folder)).toContain(secret)
})

/** An API with a login: who is let in gets a token, and may ask with it. */
function startSafe(): Promise<RealApi> {
  return startRealApi(({ target, headers, body }, outgoing) => {
    outgoing.setHeader('content-type', 'application/json')
    if (target === '/login') {
      const { password } = JSON.parse(body.toString())
      outgoing.end(JSON.stringify({ access_token: `tok-${password}-8f7e6d5c4b3a`, expires_in: 60 }))
    } else {
      outgoing.end(JSON.stringify({ you: headers.authorization?.split('-')[1], target }))
    }
  })
}

/** Logs in, and gives back the token. */
async function login(url: string, password: string): Promise<string> {
  const reply = await fetch(`${url}/login`, {
    method: 'POST',
    body: JSON.stringify({ user: 'jane', password }),
  })
  return ((await reply.json()) as { access_token: string }).access_token
}

async function askWith(url: string, token: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${url}/sessions/${token}/items?api_key=${token}`, { headers })).json()
}

test('a login and what its token is used for go together, and any value matches in replay', async () => {
  const { url: upstream } = await startSafe()
  const recording = join(await createFolder(), 'safe.har')
  const recorded = await startRecording({
    upstream,
    recording,
    match: { headers: ['authorization'] },
  })
  const token = await login(recorded.api.url, 'secret1234')
  expect(token).toBe('tok-secret1234-8f7e6d5c4b3a')
  expect(await askWith(recorded.api.url, token)).toMatchObject({ you: 'secret1234' })
  await recorded.stop()
  expect(readFileSync(recording, 'utf8')).not.toMatch(/secret1234|8f7e6d5c4b3a/)

  const replaying = await startRecording({
    upstream,
    recording,
    mode: 'replay',
    match: { headers: ['authorization'] },
  })
  const placeholder = await login(replaying.api.url, 'another password')
  expect(placeholder).toContain('REDACTED')
  const [, asked] = entriesOf(recording)
  expect(asked.request.url).toBe(`${upstream}/sessions/${placeholder}/items?api_key=${placeholder}`)
  expect(asked.request.headers).toContainEqual({
    name: 'authorization',
    value: `Bearer ${placeholder}`,
  })
  expect(await askWith(replaying.api.url, placeholder)).toMatchObject({
    target: expect.any(String),
  })
  expect(await askWith(replaying.api.url, 'any-other')).toMatchObject({
    target: expect.any(String),
  })
  const wrongPlace = await fetch(`${replaying.api.url}/sessions/x/others?api_key=x`)
  expect(wrongPlace.status).toBe(501)
  const noKey = await fetch(`${replaying.api.url}/sessions/x/items`, {
    headers: { authorization: 'Bearer x' },
  })
  expect(noKey.status).toBe(501)
})

test('the same secret has the same placeholder in another run, and another key makes another', async () => {
  const { url: upstream } = await startSafe()
  const folder = await createFolder()
  const placeholderIn = async (name: string): Promise<string> => {
    const recording = join(folder, name)
    const { ask, stop } = await startRecording({ upstream, recording })
    await ask(`/x?api_key=my-very-own-key-123`)
    await stop()
    return new URL(entriesOf(recording)[0].request.url).searchParams.get('api_key')!
  }
  const [one, two] = [await placeholderIn('one.har'), await placeholderIn('two.har')]
  expect(one).toMatch(/^REDACTED/)
  expect(two).toBe(one)
})

test('redact: names and patterns are added, keep leaves out, false keeps all', async () => {
  const { url: upstream } = await startSafe()
  const folder = await createFolder()
  const urlWith = async (name: string, redact: any): Promise<string> => {
    const recording = join(folder, `${name}.har`)
    const { ask, stop } = await startRecording({ upstream, recording, redact })
    await ask('/x?customer=4711-aa&note=SHOP-1234&api_key=abc')
    await stop()
    return new URL(entriesOf(recording)[0].request.url).search
  }
  expect(await urlWith('default', undefined)).toMatch(
    /^\?customer=4711-aa&note=SHOP-1234&api_key=REDACTED/,
  )
  expect(await urlWith('added', { names: ['customer'], patterns: [/SHOP-\d+/] })).toMatch(
    /^\?customer=REDACTED[^&]*&note=REDACTED[^&]*&api_key=REDACTED/,
  )
  expect(await urlWith('kept', { keep: ['apiKey'] })).toBe(
    '?customer=4711-aa&note=SHOP-1234&api_key=abc',
  )
  expect(await urlWith('off', false)).toBe('?customer=4711-aa&note=SHOP-1234&api_key=abc')
})
