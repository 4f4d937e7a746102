import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { isRunning, processesWith } from '../support/processes.ts'
import { listeningPorts } from '../support/listeners.ts'
import { createProject, type Project } from '../support/project.ts'
import { config } from '../vitest/vitest-project.ts'

/** A database: it keeps rows in its folder, and says of each start which process has which port. */
const DATABASE = `
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'

const [port, data] = process.argv.slice(2)
appendFileSync('starts.log', process.pid + ' ' + port + '\\n')
const file = data + '/rows.json'
const rows = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}

const commands = {
  set(key, value) {
    rows[key] = value
    writeFileSync(file, JSON.stringify(rows))
    return 'done'
  },
  get: (key) => rows[key] ?? 'nothing',
  keys: () => Object.keys(rows).toSorted().join() || 'none',
  clear() {
    for (const key of Object.keys(rows)) if (key !== 'migrated') delete rows[key]
    return 'done'
  },
  die: () => process.exit(7),
}

net
  .createServer((socket) => {
    socket.setEncoding('utf8').on('error', () => {})
    socket.on('data', (line) => {
      const [command, ...args] = line.trim().split(' ')
      socket.end(commands[command](...args) + '\\n')
    })
  })
  .listen(Number(port), '127.0.0.1', () => console.log('ready for connections'))
`

/** Its client. */
const CLIENT = `
import net from 'node:net'

export function ask(line, url = process.env.DATABASE_URL) {
  return new Promise((resolve, reject) => {
    let answer = ''
    net
      .connect(Number(new URL(url).port), '127.0.0.1')
      .setEncoding('utf8')
      .on('data', (text) => (answer += text))
      .on('error', reject)
      .on('close', () => (answer === '' ? reject(new Error('no answer')) : resolve(answer.trim())))
      .write(line + '\\n')
  })
}
`

/** One API and one service; `more` are further options of the service, as source text. */
export function mocksWith(more = ''): string {
  return `
import { appendFileSync } from 'node:fs'
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'
import { ask } from './client.js'

const users = {
  env: 'USERS_API_URL',
  handlers: () => [http.get('/users/:id', ({ params }) => HttpResponse.json({ id: params.id }))],
}

const db = {
  command: ['node', 'database.js', '{port}', '{data}'],
  url: 'db://127.0.0.1:{port}/',
  env: 'DATABASE_URL',
  async setup({ url, data }) {
    appendFileSync('setups.log', data + '\\n')
    await ask('set migrated ' + (process.env.DATABASE_URL === url), url)
  },
  reset: ({ url }) => ask('clear', url),
  ${more}
}

export default defineMocks({ users }, { services: { db } })
`
}

/** A test of one worker: what others, or tests before it, wrote is not there. */
const ROWS_TEST = `
import { expect } from 'vitest'
import { ask } from './client.js'
import { test } from './mock-test.ts'

const atImport = process.env.DATABASE_URL

for (const round of [1, 2]) {
  test('has rows of its own ' + round, async ({ services, apis }) => {
    expect(atImport).toBe(services.db.url)
    expect(await ask('keys')).toBe('migrated')
    expect(await ask('get migrated')).toBe('true')
    const own = String(Math.random())
    await ask('set row ' + own)
    await fetch(apis.users.url + '/users/7')
    expect(await ask('get row')).toBe(own)
    await ask('set left-by-' + process.env.VITEST_POOL_ID + ' ' + round)
  })
}
`

const MOCK_TEST = `
import { mockTest } from 'mockberth/vitest'
import mocks from './mocks.ts'

export const test = mockTest(mocks)
`

/** Files of tests like the one above, by name. */
export function rowsTests(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, index) => `rows-${index + 1}.test.ts`)
  return Object.fromEntries(names.map((name) => [name, ROWS_TEST]))
}

/** A project whose declaration has a service. */
export function serviceProject(files: Readonly<Record<string, string>>, more = ''): Project {
  return createProject({
    'database.js': DATABASE,
    'client.js': CLIENT,
    'mocks.ts': mocksWith(more),
    'mock-test.ts': MOCK_TEST,
    ...files,
  })
}

/** The file of a Vitest config with the plugin; options are source text of the `test` option. */
export function vitestConfig(options = ''): Record<string, string> {
  return { 'vitest.config.ts': config(options) }
}

/** What the database says of its starts, in their order. */
export function startsOf(project: Project): { readonly pid: number; readonly port: number }[] {
  return linesOf(project, 'starts.log').map((line) => {
    const [pid, port] = line.split(' ').map(Number)
    return { pid: pid!, port: port! }
  })
}

/** The folders of the databases that were set up, in their order. */
export function setupsOf(project: Project): string[] {
  return linesOf(project, 'setups.log')
}

function linesOf({ folder }: Project, name: string): string[] {
  try {
    return readFileSync(join(folder, name), 'utf8').trim().split('\n')
  } catch {
    return []
  }
}

/** No process, listener or folder of a run is left, whatever it takes the guard to see to it. */
export async function nothingLeft(project: Project): Promise<void> {
  const ports = startsOf(project).map(({ port }) => port)
  await expect
    .poll(() => ({
      processes: processesWith(project.folder).filter(isRunning),
      listeners: ports.filter((port) => listeningPorts().has(port)),
      folders: foldersOf(project),
    }))
    .toEqual({ processes: [], listeners: [], folders: [] })
}

/** The folders for services that are left of a run. */
export function foldersOf({ folder }: Project): string[] {
  return readdirSync(join(folder, 't')).filter((name) => name.startsWith('mockberth-services-'))
}
