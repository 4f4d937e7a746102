import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProject, type Ended, type Project } from '../support/project.ts'

const MOCKS = `
import { defineMocks } from 'mockberth'

export default defineMocks({
  one: { upstream: 'https://one.test', recording: 'one.har' },
  two: { upstream: 'https://two.test', recording: 'two.har' },
})
`

/** A script that asks for the paths that it is given, as `one:/a`. */
const SCRIPT = `
import mocks from './mocks.ts'

const running = await mocks.start()
for (const wanted of process.argv.slice(2)) {
  const [api, path] = wanted.split(':')
  console.log(await (await fetch(running.apis[api].url + path)).text())
}
await running.stop()
process.exitCode = Number(process.env.CODE ?? 0)
`

function har(origin: string, ...paths: readonly string[]): string {
  const entries = paths.map((path) => ({
    request: { method: 'GET', url: origin + path, headers: [] },
    response: { status: 200, headers: [], content: { mimeType: 'text/plain', text: path } },
  }))
  return JSON.stringify({ log: { version: '1.2', creator: { name: 'x' }, entries } }, undefined, 2)
}

function recordedProject(): Project {
  return createProject({
    'mocks.ts': MOCKS,
    'script.js': SCRIPT,
    'one.har': har('https://one.test', '/a', '/b', '/c'),
    'two.har': har('https://two.test', '/x', '/y'),
  })
}

function prune(project: Project, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
  const cli = join(project.folder, '../node_modules/mockberth/dist/cli/index.js')
  return project.run('node', [cli, 'prune', ...args], env)
}

const script = (...wanted: readonly string[]): string[] => [
  '--',
  process.execPath,
  'script.js',
  ...wanted,
]

function pathsIn(project: Project, file: string): string[] {
  const { log } = JSON.parse(readFileSync(join(project.folder, file), 'utf8'))
  return log.entries.map(({ request }: any) => new URL(request.url).pathname)
}

test('prune removes what the command did not ask for, and says how much', async () => {
  const project = recordedProject()
  const temporary = join(project.folder, 'temporary')
  mkdirSync(join(temporary, 'mockberth-run-99999999-0123456789ab'), { recursive: true })
  const wanted = script('one:/a', 'one:/c', 'two:/y', 'two:/y')
  const { code, output } = await prune(project, wanted, { TMPDIR: temporary })
  expect(output).toBe(
    '/a\n/c\n/y\n/y\none.har: 1 of 3 entries removed\ntwo.har: 1 of 2 entries removed\n',
  )
  expect(code).toBe(0)
  expect(pathsIn(project, 'one.har')).toEqual(['/a', '/c'])
  expect(pathsIn(project, 'two.har')).toEqual(['/y'])
  expect(readdirSync(temporary)).toEqual([])
})

test('with all in use, prune changes not one byte', async () => {
  const project = recordedProject()
  const before = readFileSync(join(project.folder, 'one.har'), 'utf8')
  const { output } = await prune(project, script('one:/a', 'one:/b', 'one:/c', 'two:/x', 'two:/y'))
  expect(output).toContain('one.har: 0 of 3 entries removed\n')
  expect(readFileSync(join(project.folder, 'one.har'), 'utf8')).toBe(before)
})

test('prune FILE prunes that one alone', async () => {
  const project = recordedProject()
  const { code, output } = await prune(project, ['two.har', ...script('one:/a', 'two:/y')])
  expect(output).toBe('/a\n/y\ntwo.har: 1 of 2 entries removed\n')
  expect(code).toBe(0)
  expect(pathsIn(project, 'one.har')).toEqual(['/a', '/b', '/c'])
})

test('a command that fails prunes nothing, and prune ends as it does', async () => {
  const project = recordedProject()
  const { code, errors } = await prune(project, script('one:/a'), { CODE: '3' })
  expect(errors).toBe(
    'mockberth: the command ended with 3; nothing was pruned. Prune when all tests pass.\n',
  )
  expect(code).toBe(3)
  expect(pathsIn(project, 'one.har')).toEqual(['/a', '/b', '/c'])
})

test('prune never records', async () => {
  const project = recordedProject()
  const { errors } = await prune(project, script('one:/a', 'two:/x'), { MOCKBERTH_MODE: 'record' })
  expect(errors).toBe('')
  expect(pathsIn(project, 'one.har')).toEqual(['/a'])
})

test.for<[what: string, args: string[], error: string, code: number]>([
  [
    'no command',
    ['one.har'],
    'mockberth: prune got no command; it takes the one that runs all of your tests: mockberth prune -- npx vitest run\n',
    2,
  ],
  [
    'a command that is not there',
    ['--', 'no-such-program'],
    'mockberth: prune cannot run "no-such-program"; after -- it takes a command that can be found: spawn no-such-program ENOENT\n',
    2,
  ],
  [
    'a file that was not replayed',
    ['three.har', ...script('one:/a')],
    'mockberth: the command did not replay three.har; nothing was pruned. See whether a declaration names it.\n',
    1,
  ],
  [
    'a command without recordings',
    ['--', process.execPath, '-e', '0'],
    'mockberth: the command replayed no recording; nothing was pruned. See whether a declaration names it.\n',
    1,
  ],
  [
    'a command that uses none of a recording',
    script('one:/a'),
    'mockberth: two.har was not pruned: none of its entries was asked for; delete the file if nobody needs it\n',
    1,
  ],
])('prune with %s', async ([, args, error, code]) => {
  const project = recordedProject()
  const ended = await prune(project, args)
  expect(ended.errors).toBe(error)
  expect(ended.code).toBe(code)
  expect(pathsIn(project, 'two.har')).toEqual(['/x', '/y'])
})

test('a recording that changes while the command runs is not pruned', async () => {
  const project = recordedProject()
  const file = join(project.folder, 'one.har')
  const change = `
    import { appendFileSync } from 'node:fs'
    process.argv.splice(2, 1)
    await import('./script.js')
    appendFileSync(${JSON.stringify(file)}, ' ')`
  writeFileSync(join(project.folder, 'change.js'), change)
  const args = ['--', process.execPath, 'change.js', 'x', 'one:/a', 'two:/x']
  const { errors, code } = await prune(project, args)
  expect(errors).toBe(
    'mockberth: one.har was not pruned: it changed while the command ran; run this again\n',
  )
  expect(code).toBe(1)
  expect(pathsIn(project, 'one.har')).toEqual(['/a', '/b', '/c'])
  expect(pathsIn(project, 'two.har')).toEqual(['/x'])
})

test('--help says what there is', async () => {
  const project = createProject({})
  const cli = join(project.folder, '../node_modules/mockberth/dist/cli/index.js')
  const { output, code } = await project.run('node', [cli, '--help'])
  expect(output).toMatch(/^Usage: mockberth \[options\] \[command\]\n/)
  expect(output).toMatch(/\n {2}check \[options\] <file\.\.\.> /)
  expect(output).toMatch(/\n {2}prune \[file\.\.\.\] /)
  expect(code).toBe(0)
  const wrong = await project.run('node', [cli, 'chek'])
  expect(wrong.errors).toContain("error: unknown command 'chek'\n(Did you mean check?)")
  expect(wrong.code).toBe(2)
})
