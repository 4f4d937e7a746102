import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import {
  ask,
  createFolder,
  entryOf,
  harOf,
  listed,
  makePipe,
  replay,
  replayFile,
  writeRecording,
  writeSparse,
} from '../support/har.ts'

test('attachments outside of the folder are not read', async () => {
  const outer = await createFolder()
  const folder = join(outer, 'recordings')
  await mkdir(folder)
  await mkdir(join(outer, 'recordings-more'))
  await writeFile(join(outer, 'secret.txt'), 'SECRET')
  await writeFile(join(outer, 'recordings-more', 'secret.txt'), 'SECRET')
  await symlink(join(outer, 'secret.txt'), join(folder, 'link.txt'))
  await symlink(outer, join(folder, 'up'))
  await symlink('link.txt', join(folder, 'link-to-link.txt'))
  const names = [
    '../secret.txt',
    '../../../../../../etc/passwd',
    '../recordings-more/secret.txt',
    join(outer, 'secret.txt'),
    join(folder, 'recorded.har'),
    '/etc/passwd',
    String.raw`C:\secret.txt`,
    'link.txt',
    'link-to-link.txt',
    'up/secret.txt',
    'up/recordings/../secret.txt',
  ]
  const file = join(folder, 'recorded.har')
  const har = harOf(
    names.map((_file, index) => entryOf({ url: `/${index}` }, { content: { _file } })),
  )
  await writeFile(file, har)
  const api = await replayFile(file)
  for (const [index, name] of names.entries()) {
    const reply = await ask(api, `GET /${index}`)
    expect(reply.status).toBe(501)
    expect(reply.body.toString()).toBe(
      `mockberth: api: RECORDED_BODY_MISSING: ${file}, entry ${index + 1} (GET /${index}): the file ${JSON.stringify(name)} is outside of the recording's folder and is not read. Record it again with bodies, or answer it with a handler.\n`,
    )
  }
})

test('a request body outside of the folder is not read either, and its entry is skipped', async () => {
  const postData = { mimeType: 'text/plain', _file: '../../etc/passwd' }
  const file = await writeRecording(harOf([entryOf({ method: 'POST', postData }, {})]))
  const text = (await ask(await replayFile(file), 'POST /', [], 'root')).body.toString()
  expect(text).toContain(
    `1 entry of ${file} cannot be replayed:\n  entry 1 (POST /): the file "../../etc/passwd" is outside of the recording's folder and is not read\n`,
  )
})

test('attachments that are no files, or are not there', async () => {
  const cases = [
    ['.', /^it is not a file\. Record/],
    ['pipe', /^it is not a file\. Record/],
    ['none', /^it is not there\. Record/],
    ['loop', /^ELOOP/],
    ['a\0b', /null bytes/],
    ['large', /^it has more than 268435456 bytes \(256 MiB\)\. Record/],
  ] as const
  const contents = cases.map(([_file], index) =>
    entryOf({ url: `/${index}` }, { content: { _file } }),
  )
  const file = await writeRecording(harOf(contents))
  makePipe(join(dirname(file), 'pipe'))
  await symlink('loop', join(dirname(file), 'loop'))
  await writeSparse(join(dirname(file), 'large'), 500 * 1024 * 1024)
  const api = await replayFile(file)
  for (const [index, [name, why]] of cases.entries()) {
    const text = (await ask(api, `GET /${index}`)).body.toString()
    const before = `entry ${index + 1} (GET /${index}): the file ${JSON.stringify(name)} cannot be read: `
    expect(text).toContain(before)
    expect(text.slice(text.indexOf(before) + before.length)).toMatch(why)
  }
})

test('names of properties that all objects have are only names', async () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const text = '{"__proto__":{"a":1},"constructor":2}'
  const headers = [...names.map((name) => ({ name, value: 'kept' })), ...listed('x-one: 1')]
  const sent = '{"constructor":2,"__proto__":{"a":1}}'
  const postData = { mimeType: 'application/json', text: sent }
  const request = { url: '/a?__proto__=1&constructor=2', method: 'POST', headers, postData }
  const entry: any = entryOf(request, { headers, content: { size: 9, text } })
  const har = harOf([entry]).replace(
    '{"startedDateTime"',
    '{"__proto__":{"response":{"status":404}},"startedDateTime"',
  )
  const api = await replayFile(await writeRecording(har))
  const type = ['content-type: application/json']
  const reply = await ask(api, 'POST /a?constructor=2&__proto__=1', type, text)
  expect(reply.status).toBe(200)
  expect(reply.body.toString()).toBe(text)
  for (const name of names) expect(reply.all(name.toLowerCase())).toEqual(['kept'])
  const other = await ask(api, 'POST /a?constructor=2&__proto__=1', type, '{"constructor":2}')
  expect(other.status).toBe(501)
  expect(({} as any).a).toBe(undefined)
})

test('JSON 10,000 deep is data like any other', async () => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
  const postData = { mimeType: 'application/json', text: deep }
  const headers = listed('content-type: application/json')
  const entry = entryOf({ method: 'POST', postData }, { headers, content: { size: 9, text: deep } })
  const har = harOf([entry]).replace('{"version"', `{"_deep":${deep},"version"`)
  const match = { ignoreBody: ['$..user'] }
  const api = await replayFile(await writeRecording(har), { match })
  const reply = await ask(api, 'POST /', ['content-type: application/json'], deep)
  expect(reply.status).toBe(200)
  expect(reply.body.toString()).toBe(deep)
  const other = await ask(api, 'POST /', ['content-type: application/json'], `[${deep}]`)
  expect(other.status).toBe(501)
})

test('redirects in a circle are replayed one by one, and it is the client that ends it', async () => {
  const api = await replay([
    entryOf({ url: '/a' }, { status: 302, redirectURL: '/b' }),
    entryOf({ url: '/b' }, { status: 302, redirectURL: '/a' }),
    entryOf({ url: '/self' }, { status: 301, redirectURL: '/self' }),
  ])
  expect((await ask(api, 'GET /a')).all('location')).toEqual(['/b'])
  expect((await ask(api, 'GET /b')).all('location')).toEqual(['/a'])
  await expect(fetch(`${api.url}/a`)).rejects.toThrow('fetch failed')
  await expect(fetch(`${api.url}/self`)).rejects.toThrow('fetch failed')
})

test('nothing in a header or a status text is the begin of something else', async () => {
  const evil = 'a\r\nx-evil: 1\r\n\r\nHTTP/1.1 200 OK'
  const headers = [
    { name: 'x-one', value: evil },
    { name: 'x-evil\r\n', value: '1' },
    { name: 'x-two', value: 'a\rb\0c\u007Fd' },
    { name: 'x-three', value: 'Zoë 日' },
  ]
  const reply = await ask(
    await replay([entryOf({}, { statusText: `Fine\r\n日 ${evil}`, headers, redirectURL: evil })]),
  )
  expect(reply.status).toBe(200)
  expect(Buffer.from(reply.statusText, 'latin1').toString()).toBe(
    'Fine日 ax-evil: 1HTTP/1.1 200 OK',
  )
  expect(reply.all('x-evil')).toEqual([])
  expect(reply.all('x-one')).toEqual(['a', 'x-evil: 1', 'HTTP/1.1 200 OK'])
  expect(reply.all('x-two')).toEqual(['abcd'])
  expect(Buffer.from(reply.all('x-three')[0]!, 'latin1').toString()).toBe('Zoë 日')
})

test('statuses that no HTTP reply can have are skipped with the reason', async () => {
  const statuses = [100, 199, 1000, 200.5, true, [], {}, 'OK', 1e300]
  const file = await writeRecording(
    harOf(statuses.map((status, index) => entryOf({ url: `/${index}` }, { status }))),
  )
  const text = (await ask(await replayFile(file), 'GET /0')).body.toString()
  for (const [index, status] of statuses.entries()) {
    expect(text).toContain(
      `  entry ${index + 1} (GET /${index}): its status ${JSON.stringify(status)} is none that ends a request\n`,
    )
  }
})

test('entries that are anything but entries are skipped', async () => {
  const strange = [1, 'a', [], true, { request: 1 }, { request: 'GET /' }, { request: [] }]
  const good = entryOf({}, { content: { size: 2, text: 'hi' } })
  const api = await replay([...strange, good])
  expect((await ask(api)).body.toString()).toBe('hi')
  const text = (await ask(api, 'GET /other')).body.toString()
  expect(text).toContain('7 entries of ')
  expect(text).toContain('  entry 7: its request has no method\n')
})

test('a long URL that cannot be parsed is not told in full', async () => {
  const file = await writeRecording(
    harOf([entryOf({ url: `http://${'x'.repeat(100_000)}:y` }, {})]),
  )
  const text = (await ask(await replayFile(file))).body.toString()
  expect(text).toContain(`  entry 1: its URL "http://${'x'.repeat(193)}…" cannot be parsed\n`)
})
