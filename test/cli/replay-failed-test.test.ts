import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SECRETS } from '../recording/redaction/planted.ts'
import { entryOf, harOf, listed } from '../support/har.ts'
import { ATTACHMENTS } from '../vitest/attachments.ts'
import { config, pluginProject } from '../vitest/vitest-project.ts'
import { end, startReplay, urlOf } from './replaying.ts'

const github = SECRETS['a GitHub token']!

const MOCKS = `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: {
    env: { USERS_API_URL: ({ url }) => url + '/v1', USERS_PORT: ({ port }) => String(port) },
    upstream: 'https://users.test',
    handlers: () => [
      http.get('https://users.test/v1/users/:id', ({ params }) =>
        HttpResponse.json({ id: params.id, next: 'https://users.test/v1/users/8' })),
      http.post('https://users.test/v1/echo', async ({ request }) =>
        new HttpResponse(await request.arrayBuffer(), { status: 201 })),
      http.get('https://users.test/v1/broken', () => HttpResponse.error()),
    ],
  },
  quiet: { env: 'QUIET_URL', upstream: 'https://quiet.test' },
})
`

/** What a client asks, and what it is told: in the test that fails, and at the desk. */
const CLIENT = `
export async function askAll(url) {
  const ask = async (path, init) => {
    try {
      const reply = await fetch(url + path, init)
      return [reply.status, Buffer.from(await reply.arrayBuffer()).toString('latin1').replaceAll(new URL(url).host, 'HERE')]
    } catch (error) {
      return error.cause.code
    }
  }
  return [
    await ask('/users/7?api_key=hunter2', { headers: { authorization: 'Bearer ${github}' } }),
    await ask('/users/8'),
    await ask('/echo', { method: 'POST', body: '{"a":[1,2]}', headers: { 'content-type': 'application/json' } }),
    await ask('/echo', { method: 'POST', body: new Uint8Array([0, 255, 128]) }),
    await ask('/nowhere?b=2&a=1'),
    await ask('/broken'),
  ]
}
`

test('what a failed test was told, its traffic tells again, to who asks the same', async () => {
  const project = pluginProject({
    'vitest.config.ts': config(),
    'mocks.ts': MOCKS,
    'client.js': CLIENT,
    'a.test.ts': `
import { writeFileSync } from 'node:fs'
import { test } from 'vitest'
import { askAll } from './client.js'

test('fails', async () => {
  writeFileSync('told.json', JSON.stringify(await askAll(process.env.USERS_API_URL)))
  throw new Error('failed')
})`,
    'desk.js': `
import { askAll } from './client.js'
console.log(JSON.stringify(await askAll(process.env.USERS_API_URL)))`,
  })
  const { errors } = await project.run('vitest', ['run'])
  const [, file] = /^Serve its traffic again: npx mockberth replay (\S+)$/m.exec(errors)!
  expect(file).toBe(`${ATTACHMENTS}/mockberth/a.test.ts/fails.har`)
  const har = readFileSync(join(project.folder, file!), 'latin1')
  for (const secret of [github, 'hunter2']) expect(har).not.toContain(secret)

  const running = startReplay(project, file!, { MOCKBERTH_MODE: 'forward' })
  const users = await urlOf(running, 'users')
  const quiet = await urlOf(running, 'quiet')
  const lines = `USERS_API_URL=${users}/v1\nUSERS_PORT=${new URL(users).port}\nQUIET_URL=${quiet}\n`
  expect(running.output()).toContain(`\n\n${lines}`)
  const desk = await project.run('node', ['desk.js'], { USERS_API_URL: `${users}/v1` })
  expect(JSON.parse(desk.output)).toEqual(
    JSON.parse(readFileSync(join(project.folder, 'told.json'), 'utf8')),
  )
  expect((await fetch(quiet)).status).toBe(501)
  const { output, code } = await end(running)
  expect(code).toBe(0)
  expect(output.match(/entry \d.*$/gm)).toEqual([
    'entry 1',
    'entry 2',
    'entry 3',
    'entry 4',
    'entry 5',
    'entry 6: no response',
  ])
  for (const secret of [github, 'hunter2']) expect(output).not.toContain(secret)
})

test('links that led to a mock lead to the one that serves', async () => {
  const project = pluginProject({
    'vitest.config.ts': config(),
    'mocks.ts': `
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: { env: 'USERS_API_URL', upstream: 'https://users.test', recording: 'users.har' },
})`,
    'users.har': harOf([
      entryOf(
        { url: 'https://users.test/' },
        {
          headers: listed('content-type: application/json'),
          content: { text: '{"next":"https://users.test/2","text":"see https://users.test"}' },
        },
      ),
    ]),
    'a.test.ts': `
import { test } from 'vitest'

test('fails', async () => {
  const { next } = await (await fetch(process.env.USERS_API_URL)).json()
  await fetch(next)
})`,
  })
  await project.run('vitest', ['run'])
  const running = startReplay(project, `${ATTACHMENTS}/mockberth/a.test.ts/fails.har`)
  const users = await urlOf(running, 'users')
  const { next, text }: any = await (await fetch(users)).json()
  expect([next, text]).toEqual([`${users}/2`, 'see https://users.test'])
  expect((await fetch(next)).status).toBe(501)
  expect((await end(running)).output).toMatch(/^users {2}501 {2}GET \/2 {2}\d+ ms {2}entry 2$/m)
})
