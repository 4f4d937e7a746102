import http from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { ownPort } from '../support/own-port.ts'
import { createProject } from '../support/project.ts'
import { ask, NO_PROXY, of } from './asked-doctor.ts'
import { projectWith } from './declared-project.ts'
import { startServe, urlsOf } from './serving.ts'

async function startServer(): Promise<number> {
  const server = http.createServer((_request, response) => response.end())
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

/** Of a file: which places lead somewhere, and which do not. */
async function entriesOf(name: string, text: string): Promise<[state: string, found: string][]> {
  const project = createProject({ [name]: text })
  const { findings, code } = await ask([name], NO_PROXY, project)
  const entries = of(findings, 'entry')
  expect(code).toBe(entries.some(({ state }) => state === 'bad') ? 1 : 0)
  return entries.map(({ state, found }) => [state, found.replace(/ answers: .*/, ' answers')])
}

test.for<[name: string, text: (here: number, gone: number) => string, places: readonly string[]]>([
  [
    '.env',
    (here, gone) => `
# http://127.0.0.1:1 is no variable
HERE=http://localhost:${here}/v1
GONE="http://user:hunter2@127.0.0.1:${gone}"
FAR=https://api.github.com:443
DB_HOST=127.0.0.1
DB_PORT=${gone}
PORT=3000
export BOTH=http://localhost:${here},http://[::1]:${gone}`,
    ['HERE', 'GONE', 'DB_HOST', 'BOTH', 'BOTH'],
  ],
  [
    'config.json',
    (here, gone) => `{
  // a comment
  "api": { "url": "http://localhost:${here}/v1", "old": ["http://127.0.0.1:${gone}"] },
  "db": { "host": "localhost", "port": ${gone} }
}`,
    ['api.url', 'api.old.0', 'db.host'],
  ],
  [
    'config.yaml',
    (here, gone) => `
api:
  url: http://localhost:${here}
  targets: [ '127.0.0.1:${gone}' ]
redis: { hostname: 127.0.0.1, port: ${gone} }`,
    ['api.url', 'api.targets.0', 'redis.hostname'],
  ],
  [
    'config.toml',
    (here, gone) => `
[api]
url = "http://localhost:${here}"
[services.db]
host = "0.0.0.0"
port = ${gone}`,
    ['api.url', 'services.db.host'],
  ],
])('each port of this machine that %s names is looked at', async ([name, text, places]) => {
  const [here, gone] = [await startServer(), await ownPort()]
  const entries = await entriesOf(name, text(here, gone))
  expect(entries.map(([, found]) => found.split(' ', 1)[0]).toSorted()).toEqual(places.toSorted())
  const states = entries.map(([state, found]) => [state, found.includes(String(here))])
  expect(states).toContainEqual(['good', true])
  for (const [state, isHere] of states) expect(state).toBe(isHere ? 'good' : 'bad')
  expect(JSON.stringify(entries)).not.toContain('hunter2')
})

test('what the doctor says of a port that is gone', async () => {
  const gone = await ownPort()
  const project = createProject({ '.env': `API_URL=http://localhost:${gone}/v1\n` })
  const { findings, code } = await ask(['.env'], NO_PROXY, project)
  expect(findings).toEqual([
    {
      check: 'entry',
      state: 'bad',
      found: `API_URL is http://localhost:${gone}, where nobody answers`,
      meaning: 'What reads this file gets a port that nobody listens on.',
      mend: [`npx mockberth doctor localhost:${gone}   # says more of it`],
    },
  ])
  expect(code).toBe(1)
})

test('URLs of mocks that are served are good, and those that a killed one has left are told as such', async () => {
  const project = projectWith()
  const serving = startServe(project, ['mocks.ts', '--write-env', '.env.mockberth'])
  await urlsOf(serving)
  const served = await ask(['.env.mockberth'], NO_PROXY, project)
  expect(served.findings.map(({ state }) => state)).toEqual(['good', 'good'])
  // It is no request of anybody's.
  expect(serving.output()).not.toContain('OPTIONS')
  expect(served.findings[0]!.found).toMatch(
    /where somebody answers: \S*node \S+mockberth\/dist\/cli\/index\.js serve mocks\.ts /,
  )
  serving.child.kill('SIGKILL')
  await serving.ended
  const left = await ask(['.env.mockberth'], NO_PROXY, project)
  expect(left.findings.map(({ state, meaning }) => [state, meaning])).toEqual(
    Array.from({ length: 2 }, () => [
      'bad',
      'It is a mock of a mockberth serve that was killed before it could take its lines out.',
    ]),
  )
  expect([served.code, left.code]).toEqual([0, 1])
})

test('a file that is not what its name says is a problem, and one that names no port is none', async () => {
  const project = createProject({
    'a.json': '{ "url": ',
    'b.yaml': 'a: [',
    'c.toml': 'a = ',
    'd.env': 'A=1\nB=https://example.com:8080\n',
  })
  const { findings, code } = await ask(['a.json', 'b.yaml', 'c.toml', 'd.env'], NO_PROXY, project)
  expect(findings.map(({ check, state }) => [check, state])).toEqual([
    ['file', 'bad'],
    ['file', 'bad'],
    ['file', 'bad'],
    ['file', 'good'],
  ])
  for (const { found } of findings.slice(0, 3)) expect(found).toMatch(/^cannot be read: \S/)
  expect(findings[3]!.found).toBe('names no port of this machine')
  expect(code).toBe(1)
})
