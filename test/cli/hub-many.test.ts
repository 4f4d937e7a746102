import { expect, onTestFinished, test, vi } from 'vitest'
import { startWorker } from '../hub/workers.ts'
import type { Project } from '../support/project.ts'
import { environmentOf, NODE, projectWith, start } from './declared-project.ts'

const WORKERS = 4
const TESTS = 50
const REQUESTS = 20
const ROUNDS = 3

/** An app that knows nothing of tests: it asks its API several times for each request, in several ways. */
const SERVER = `
import http from 'node:http'

const url = process.env.USERS_URL + '/who'
const byFetch = async () => (await fetch(url)).text()
const agent = new http.Agent({ keepAlive: true, maxSockets: 20 })
const byHttp = () =>
  new Promise((resolve, reject) => {
    http
      .get(url, { agent }, (reply) => {
        let text = ''
        reply.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', () => resolve(text))
      })
      .on('error', reject)
  })
const server = http.createServer(async (request, response) => {
  const answers = []
  for (let index = 0; index < ${REQUESTS}; index++) answers.push(await (index % 2 ? byHttp : byFetch)())
  response.end(JSON.stringify(answers))
})
server.listen(0, '127.0.0.1', () => console.log('on port ' + server.address().port + '.'))
`

/** A test that has its own answer, and what it was answered with. */
interface Answered {
  readonly own: string
  readonly answers: readonly string[]
}

/** All tests of all workers ask the app at once. */
async function askForAll(project: Project, command: readonly string[]): Promise<Answered[]> {
  const { printed } = start(project, ['mocks.ts', '--', ...command, 'server.js'])
  const [, port] = await printed(/on port (\d+)\./)
  vi.stubEnv('TMPDIR', environmentOf(project).TMPDIR)
  onTestFinished(() => void vi.unstubAllEnvs())
  const workers = await Promise.all(
    Array.from({ length: WORKERS }, () => startWorker(project.folder)),
  )
  const answered: Answered[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const tests = workers.flatMap((worker, index) =>
      Array.from({ length: TESTS }, (_, number) => ({
        worker,
        mark: `mark-${round}-${index}-${number}`,
      })),
    )
    await Promise.all(
      tests.map(async ({ worker: { child, order }, mark }) => {
        await order('open', mark)
        const headers = { baggage: `mockberth=${mark}` }
        const reply = await fetch(`http://127.0.0.1:${port}/`, { headers })
        answered.push({ own: `${child.pid} ${mark}`, answers: (await reply.json()) as string[] })
        await order('close', mark)
      }),
    )
  }
  return answered
}

test('of many tests of many workers that ask one app at once, each has its own answers', async () => {
  const answered = await askForAll(projectWith({ 'server.js': SERVER }), [NODE])
  expect(answered).toHaveLength(WORKERS * TESTS * ROUNDS)
  expect(answered.filter(({ answers }) => answers.length !== REQUESTS)).toEqual([])
  expect(answered.filter(({ own, answers }) => answers.some((each) => each !== own))).toEqual([])
})

test('without the propagation, none of them has', async () => {
  const withoutIt = ['env', '-u', 'NODE_OPTIONS', NODE]
  const answered = await askForAll(projectWith({ 'server.js': SERVER }), withoutIt)
  expect(new Set(answered.flatMap(({ answers }) => answers))).toEqual(new Set(['declared']))
})
