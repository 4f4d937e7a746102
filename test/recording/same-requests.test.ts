import { copyFileSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startRealApi } from '../responders/real-api.ts'
import { createFolder } from '../support/har.ts'
import { startMocks } from '../support/start.ts'
import { entriesOf, startRecording, startUpstream, type Recorded } from './upstream.ts'

/** Records these requests, one after the other, in a run of their own. */
async function record(
  { start }: Recorded,
  requests: readonly (readonly [path: string, init?: RequestInit])[],
): Promise<void> {
  const recording = await start()
  for (const [path, init] of requests) await recording.ask(path, init)
  await recording.stop()
}

const login = (password: string): readonly [string, RequestInit] => [
  '/login',
  {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'jane', password }),
  },
]

test('requests that differ in a secret alone are each their own, and come back in their order', async () => {
  const upstream = await startUpstream()
  const { say, start, kept, file } = upstream
  for (let round = 0; round < 5; round++) {
    say({ '/login': 'no' })
    const recording = await start()
    await recording.ask(...login(`wrong-password-${round}`))
    say({ '/login': 'yes' })
    await recording.ask(...login(`right-password-${round}`))
    await recording.stop()
    expect(
      kept()
        .map(({ text }) => text)
        .slice(-2),
    ).toEqual(['no', 'yes'])
  }
  const before = readFileSync(file, 'utf8')
  say({ '/login': 'no' })
  await record(upstream, [login('wrong-password-3')])
  expect(readFileSync(file, 'utf8')).toBe(before)
  say({ '/login': 'changed' })
  await record(upstream, [login('wrong-password-3')])
  expect(kept().map(({ text }) => text)).toEqual(
    [0, 1, 2, 3, 4].flatMap((round) => [round === 3 ? 'changed' : 'no', 'yes']),
  )
  const replaying = await start({ mode: 'replay' })
  expect(await replaying.ask(...login('whatever'))).toBe('no')
  expect(await replaying.ask(...login('whatever else'))).toBe('yes')
})

test('one secret of two in a query is recorded again, and the other stays', async () => {
  const upstream = await startUpstream()
  upstream.say({
    '/me?api_key=alice-key-0123456789': 'ALICE',
    '/me?api_key=bob-key-0123456789': 'BOB',
  })
  await record(upstream, [['/me?api_key=alice-key-0123456789'], ['/me?api_key=bob-key-0123456789']])
  await record(upstream, [['/me?api_key=bob-key-0123456789']])
  expect(
    upstream
      .kept()
      .map(({ text }) => text)
      .toSorted(),
  ).toEqual(['ALICE', 'BOB'])
})

const soap = (password: string, operation: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'text/xml' },
  body: `<e><Password>${password}</Password><op>${operation}</op></e>`,
})

function form(password: string, operation: string): RequestInit {
  const body = new FormData()
  body.set('password', password)
  body.set('op', operation)
  return { method: 'POST', body }
}

test.for([
  ['XML', soap],
  ['multipart', form],
] as const)('in %s, what is not the secret must agree', async ([, request]) => {
  const real = await startRealApi(({ body }, outgoing) =>
    outgoing.end(/one|two|three/.exec(body.toString())?.[0]),
  )
  const recording = join(await createFolder(), 'api.har')
  const first = await startRecording({ upstream: real.url, recording })
  for (const operation of ['one', 'two', 'three']) {
    await first.ask('/', request('s3cret-pass-1', operation))
  }
  await first.stop()
  expect(readFileSync(recording, 'utf8')).not.toContain('s3cret-pass-1')
  const again = await startRecording({ upstream: real.url, recording })
  await again.ask('/', request('s3cret-pass-1', 'two'))
  await again.stop()
  expect(entriesOf(recording)).toHaveLength(3)

  const replaying = await startRecording({
    upstream: real.url,
    recording,
    mode: 'replay',
    onUnhandled: 'ignore',
  })
  for (const operation of ['three', 'one', 'two']) {
    expect(await replaying.ask('/', request('another-pass', operation))).toBe(operation)
  }
  const unknown = await fetch(replaying.api.url, request('another-pass', 'four'))
  expect(unknown.status).toBe(501)
})

test('the bare word REDACTED, or what looks like a marker, is what it is', async () => {
  const upstream = await startUpstream()
  upstream.say({ '/docs': 'yes', '/c/a73322833b': 'yes' })
  await record(upstream, [['/docs?id=REDACTED'], ['/c/a73322833b']])
  const { api } = await upstream.start({ mode: 'replay', onUnhandled: 'ignore' })
  expect((await fetch(`${api.url}/docs?id=REDACTED`)).status).toBe(200)
  expect((await fetch(`${api.url}/docs?id=other`)).status).toBe(501)
  expect((await fetch(`${api.url}/c/other`)).status).toBe(501)
})

test('two APIs that share a file keep what each of them recorded', async () => {
  const [one, two] = await Promise.all(
    ['one', 'two'].map((text) => startRealApi((_, outgoing) => outgoing.end(text))),
  )
  const recording = join(await createFolder(), 'shared.har')
  for (const mode of ['record-missing', 'record'] as const) {
    const { apis, stop } = await startMocks({
      one: { upstream: one!.url, recording, mode },
      two: { upstream: two!.url, recording, mode },
    })
    expect(await (await fetch(`${apis.two.url}/health`)).text()).toBe('two')
    expect(await (await fetch(`${apis.one.url}/health`)).text()).toBe('one')
    await stop()
    expect(
      entriesOf(recording)
        .map(({ response }) => response.content.text)
        .toSorted(),
    ).toEqual(['one', 'two'])
  }
})

test('a token that one API gives out is a secret with another', async () => {
  const token = 'q7Kd02mXz81LpWv4TqRs'
  const auth = await startRealApi((_, outgoing) =>
    outgoing
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ access_token: token })),
  )
  const data = await startRealApi((_, outgoing) => outgoing.end('data'))
  const folder = await createFolder()
  const { apis, stop } = await startMocks({
    auth: { upstream: auth.url, recording: join(folder, 'auth.har'), mode: 'record' },
    data: { upstream: data.url, recording: join(folder, 'data.har'), mode: 'record' },
  })
  await (await fetch(`${apis.auth.url}/login`)).text()
  await (await fetch(`${apis.data.url}/feed/${token}`)).text()
  await stop()
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name), 'utf8')).not.toContain(token)
  }
})

test('what differs in what it accepts is each its own, in whatever order it was asked for', async () => {
  const real = await startRealApi(({ headers }, outgoing) => outgoing.end(headers.accept))
  const recording = join(await createFolder(), 'api.har')
  const askFor = async (...types: string[]): Promise<string[]> => {
    const { ask, stop } = await startRecording({ upstream: real.url, recording })
    for (const accept of types) await ask('/x', { headers: { accept } })
    await stop()
    return entriesOf(recording).map(({ response }) => response.content.text)
  }
  const recorded = await askFor('text/html', 'application/json')
  const before = readFileSync(recording, 'utf8')
  expect(await askFor('application/json', 'text/html')).toEqual(recorded)
  expect(readFileSync(recording, 'utf8')).toBe(before)
  expect(await askFor('text/csv')).toEqual([...recorded, 'text/csv'])
})

test('cookies that end at another time are the same traffic', async () => {
  let round = 0
  const real = await startRealApi((_, outgoing) => {
    round += 1
    outgoing.setHeader(
      'set-cookie',
      `id=1; Path=/; Expires=${new Date(round * 1e12).toUTCString()}`,
    )
    outgoing.setHeader('x-amz-cf-id', `id-${round}`)
    outgoing.end('same')
  })
  const recording = join(await createFolder(), 'api.har')
  const texts: string[] = []
  while (texts.length < 2) {
    const { ask, stop } = await startRecording({ upstream: real.url, recording })
    await ask('/')
    await stop()
    texts.push(readFileSync(recording, 'utf8'))
  }
  expect(round).toBe(2)
  expect(texts[1]).toBe(texts[0])
})

test('what was merged already is not merged again, when its file could not be removed', async () => {
  const upstream = await startUpstream()
  const { file, say, start, kept } = upstream
  say({ '/a': 'one' })
  const recording = await start()
  await recording.ask('/a')
  const [part] = readdirSync(join(file, '..'))
  const copy = join(file, '../kept')
  copyFileSync(join(file, '..', part!), copy)
  await recording.stop()
  renameSync(copy, `${file}.0-0123456789ab.0123456789ab.part`)
  const replaying = await start({ mode: 'replay' })
  expect(await replaying.ask('/a')).toBe('one')
  expect(kept()).toHaveLength(1)
  expect(readdirSync(join(file, '..'))).toEqual(['api.har'])
})
