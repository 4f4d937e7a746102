import { spawnSync } from 'node:child_process'
import { chmodSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { environmentOf } from '../cli/declared-project.ts'
import { nothingLeft, serviceProject, startsOf, vitestConfig } from './service-project.ts'

const page = readFileSync(new URL('../../docs/databases.md', import.meta.url), 'utf8')

/** What Debian keeps off the PATH of users. */
const DEBIAN = ['/usr/sbin', ...globSync('/usr/lib/postgresql/*/bin')]
const PATH = [process.env.PATH, ...DEBIAN].join(delimiter)

const POSTGRES_CLIENT = `
import postgres from 'postgres'

const sql = postgres(process.env.DATABASE_URL)
export const query = (text) => sql.unsafe(text)
`

const MARIADB_CLIENT = `
import { createPool } from 'mysql2/promise'

const pool = createPool(process.env.DATABASE_URL)
export const query = async (text) => (await pool.query(text))[0]
`

const SQLITE_CLIENT = `
import { DatabaseSync } from 'node:sqlite'

const db = new DatabaseSync(process.env.DATABASE_FILE)
export const query = async (text) => db.prepare(text).all()
`

/** All write the same rows, and each test finds its own alone. */
const NOTES_TEST = `
import { appendFileSync } from 'node:fs'
import { expect } from 'vitest'
import { query } from './client.js'
import { test } from './mock-test.ts'

for (const round of [1, 2]) {
  test('has notes of its own ' + round, async ({ services }) => {
    appendFileSync('starts.log', process.pid + ' ' + services.db.port + '\\n')
    expect(await query('select * from notes')).toHaveLength(0)
    await query("insert into notes (text) values ('written by round " + round + "')")
    expect((await query('select id, text from notes')).map((row) => ({ ...row }))).toEqual([
      { id: 1, text: 'written by round ' + round },
    ])
    const [{ version }] = await query('select ' + process.env.VERSION + ' as version')
    expect(version).toMatch(new RegExp(process.env.WANTED))
  })
}
`

interface Database {
  /** The program that has to be there, and the package of Debian that has it. */
  readonly program?: readonly [name: string, from: string]
  readonly client: string
  /** What asks for its version. */
  readonly version: string
  readonly wanted: string
}

const DATABASES: Record<string, Database> = {
  pglite: { client: POSTGRES_CLIENT, version: 'version()', wanted: 'PGlite' },
  postgres: {
    program: ['postgres', 'postgresql'],
    client: POSTGRES_CLIENT,
    version: 'version()',
    wanted: '^PostgreSQL (?!.*PGlite)',
  },
  mariadb: {
    program: ['mariadbd', 'mariadb-server'],
    client: MARIADB_CLIENT,
    version: 'version()',
    wanted: 'MariaDB',
  },
  sqlite: { client: SQLITE_CLIENT, version: 'sqlite_version()', wanted: '^3' },
}

test('every database of the page is tried', () => {
  expect(Object.keys(declarations())).toEqual(Object.keys(DATABASES))
})

test.for(Object.entries(DATABASES))(
  'the declaration of %s works as it stands on the page, in two workers at once',
  { timeout: 240_000 },
  async ([name, { program, client, version, wanted }], { skip }) => {
    const isMissing = program !== undefined && !isThere(program[0])
    skip(isMissing, `${program?.[0]} is not installed (${program?.[1]} is the package of Debian)`)
    // Made first, it is removed when what the project has started is gone.
    const folder = temporaryFolder()
    const project = serviceProject({
      'mocks.ts': declarations()[name]!,
      'client.js': client,
      'a.test.ts': NOTES_TEST,
      'b.test.ts': NOTES_TEST,
      'c.test.ts': NOTES_TEST,
      ...vitestConfig('maxWorkers: 2, testTimeout: 30_000'),
    })
    const ask = { VERSION: version, WANTED: wanted }
    const env = { ...environmentOf(project), TMPDIR: folder, PATH, ...ask }
    const ended = await project.run('vitest', ['run'], env)
    expect(ended.output).toMatch(/Tests {2}6 passed \(6\)/)
    expect(ended.errors).toBe('')
    expect(ended.code).toBe(0)
    const ports = new Set(startsOf(project).map(({ port }) => port))
    expect(ports.size).toBeGreaterThan(0)
    expect(ports.size).toBeLessThanOrEqual(2)
    await nothingLeft(project)
    expect(readdirSync(folder).filter((left) => left.startsWith('mockberth-'))).toEqual([])
  },
)

/** Where the user of a database gets to its folder, as in the system's own. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'databases-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  chmodSync(folder, 0o711)
  return folder
}

/** The declarations of the page, by the name of the file that each is said to be. */
function declarations(): Record<string, string> {
  const blocks = [...page.matchAll(/```ts\n\/\/ fixtures\/(\w+)\.ts\n([\s\S]*?)```/g)]
  return Object.fromEntries(blocks.map(([, name, text]) => [name!, text!]))
}

function isThere(program: string): boolean {
  const { status } = spawnSync(program, ['--version'], { env: { ...process.env, PATH } })
  return status === 0
}
