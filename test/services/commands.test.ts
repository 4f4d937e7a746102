import { expect, test } from 'vitest'
import { environmentOf, startCommand } from '../cli/declared-project.ts'
import { isRunning, processesWith } from '../support/processes.ts'
import {
  foldersOf,
  mocksWith,
  nothingLeft,
  serviceProject,
  setupsOf,
  startsOf,
} from './service-project.ts'

/** A client in another language. */
const CLIENT = `
import os, socket, sys, urllib.parse

url = urllib.parse.urlparse(os.environ['DATABASE_URL'])
with socket.create_connection((url.hostname, url.port)) as connection:
    connection.sendall(b'get migrated\\n')
    print(connection.recv(100).decode().strip())
sys.exit(3)
`

test('mockberth run: a command in any language has the database, which ends with it', async () => {
  const project = serviceProject({ 'client.py': CLIENT })
  const { code, output } = await startCommand(project, [
    'run',
    'mocks.ts',
    '--',
    'python3',
    'client.py',
  ]).ended
  expect(output).toBe('true\n')
  expect(code).toBe(3)
  expect(startsOf(project)).toHaveLength(1)
  await nothingLeft(project)
})

test('mockberth run: what cannot start is said, and the command does not run', async () => {
  const project = serviceProject({}, "command: 'echo no space left; exit 1'")
  const args = ['run', 'mocks.ts', '--', 'echo', 'it ran']
  const { code, output } = await startCommand(project, args).ended
  expect(output).toMatch(
    /^mockberth: the service db ended with exit code 1 before it was ready\.[\s\S]*The last of its output:\n {2}no space left\n$/,
  )
  expect(code).toBe(2)
  await nothingLeft(project)
})

test.for(['SIGINT', 'SIGKILL'] as const)(
  'mockberth run: %s while the database begins leaves nothing',
  async (signal) => {
    const slow = "command: 'echo $$ 1 > starts.log; exec sleep 1000', reset: undefined"
    const project = serviceProject({}, slow)
    const running = startCommand(project, ['run', 'mocks.ts', '--', 'echo', 'it ran'])
    await expect.poll(() => startsOf(project).length).toBe(1)
    running.child.kill(signal)
    const { output } = await running.ended
    expect(output).not.toContain('it ran')
    await nothingLeft(project)
  },
)

test('mockberth serve: it is in the table, stays when it is declared as before, and ends with it', async () => {
  const project = serviceProject({})
  const running = startCommand(project, ['serve', 'mocks.ts'])
  const [, url] = await running.printed(
    /^ {2}users {2}http:\/\/127\.0\.0\.1:\d+ +USERS_API_URL\n {2}db {5}(db:\/\/127\.0\.0\.1:\d+\/) +DATABASE_URL\n\nUSERS_API_URL=/m,
  )
  expect(running.output()).toContain(`DATABASE_URL=${url}\n`)
  project.write({ 'mocks.ts': mocksWith('reset: undefined') })
  await running.printed(/Loaded again, because of mocks\.ts/)
  expect(startsOf(project)).toHaveLength(1)
  project.write({
    'mocks.ts': mocksWith("setup: ({ data }) => appendFileSync('setups.log', data + '\\n')"),
  })
  await running.printed(/Loaded again[\s\S]*Loaded again[\s\S]*DATABASE_URL=/)
  expect(startsOf(project)).toHaveLength(2)
  expect(new Set(setupsOf(project)).size).toBe(2)
  expect(
    running
      .output()
      .match(/^DATABASE_URL=.*$/gm)!
      .toSorted(),
  ).not.toEqual([url, url])
  project.write({ 'mocks.ts': mocksWith("command: 'exit 1'") })
  await running.printed(
    /the service db ended with exit code 1 before it was ready[\s\S]*What was served before still is/,
  )
  await expect.poll(() => foldersOf(project)).toHaveLength(1)
  running.child.kill('SIGINT')
  expect((await running.ended).code).toBe(0)
  await nothingLeft(project)
})

test('mockberth serve: one that has died is started anew with the declaration', async () => {
  const project = serviceProject({})
  const running = startCommand(project, ['serve', 'mocks.ts'])
  await running.printed(/^DATABASE_URL=/m)
  const { pid } = startsOf(project)[0]!
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => processesWith(project.folder).filter(isRunning)).not.toContain(pid)
  project.write({ 'mocks.ts': mocksWith('reset: undefined') })
  await running.printed(/Loaded again[\s\S]*DATABASE_URL=/)
  expect(startsOf(project)).toHaveLength(2)
})

test('in a script, a setup that does not end is told in time', async () => {
  const project = serviceProject({
    'script.js': `
import { defineMocks } from 'mockberth'

const store = { timeout: 500, setup: () => new Promise(() => {}) }
await defineMocks({}, { services: { store } }).start().catch(({ message }) => console.log(message))
`,
  })
  const { code, output } = await project.run('node', ['script.js'], environmentOf(project))
  expect([code, output]).toEqual([
    0,
    'the service store: setup was not done within 500 ms; mend what keeps it, or give it more time (timeout).\n',
  ])
})

test('mockberth serve --json has where it is', async () => {
  const project = serviceProject({})
  const running = startCommand(project, ['serve', 'mocks.ts', '--json'])
  const [line] = await running.printed(/^\{"type":"serving".*$/m)
  const { services, env } = JSON.parse(line)
  const { port } = startsOf(project)[0]!
  expect(services).toEqual([
    {
      name: 'db',
      url: `db://127.0.0.1:${port}/`,
      hostname: '127.0.0.1',
      port,
      data: setupsOf(project)[0],
      envNames: ['DATABASE_URL'],
    },
  ])
  expect(env.DATABASE_URL).toBe(services[0].url)
})
