import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import type { Project, Running } from '../support/project.ts'
import { MOCKS, projectWith } from './declared-project.ts'
import { startServe, urlsOf } from './serving.ts'

const FILE = '.env.mockberth'

function envOf({ folder }: Project): string {
  return readFileSync(join(folder, FILE), 'utf8')
}

function start(project: Project): Running {
  return startServe(project, ['mocks.ts', '--write-env', FILE])
}

async function end({ child, ended }: Running): Promise<void> {
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 0, errors: '' })
}

test('the URLs are in a file while they are served, and the file is gone afterwards', async () => {
  const project = projectWith()
  const running = start(project)
  const { users, orders } = await urlsOf(running)
  const env = { USERS_URL: users, ORDERS_URL: `${orders}/v1` }
  expect(parseEnv(envOf(project))).toEqual(env)
  const text = 'console.log(JSON.stringify([process.env.USERS_URL, process.env.ORDERS_URL]))'
  const { output } = await project.run('node', [`--env-file=${FILE}`, '-e', text])
  expect(JSON.parse(output)).toEqual(Object.values(env))
  await end(running)
  expect(existsSync(join(project.folder, FILE))).toBe(false)
})

test.for([
  ['A=1\n# a comment\n\nB="two words"\n'],
  ['A=1\r\nB=2\r\n'],
  ['WITHOUT_AN_END=1'],
  ['\n\n'],
])('what others have written there stays, byte for byte: %j', async ([before]) => {
  const project = projectWith({ [FILE]: before! })
  chmodSync(join(project.folder, FILE), 0o600)
  const running = start(project)
  const { users } = await urlsOf(running)
  expect(envOf(project).startsWith(before!)).toBe(true)
  expect(parseEnv(envOf(project))).toMatchObject({ ...parseEnv(before!), USERS_URL: users })
  writeFileSync(join(project.folder, FILE), `${envOf(project)}LATER=1\n`)
  await end(running)
  const gap = before!.endsWith('\n') ? '' : '\n'
  expect(envOf(project)).toBe(`${before}${gap}LATER=1\n`)
  expect(statSync(join(project.folder, FILE)).mode & 0o777).toBe(0o600)
})

test('what a killed one has left is replaced, and what a running one has is an error', async () => {
  const project = projectWith({ [FILE]: 'A=1\n' })
  const killed = start(project)
  await urlsOf(killed)
  killed.child.kill('SIGKILL')
  await killed.ended
  expect(envOf(project)).toContain('USERS_URL=')
  const running = start(project)
  const { users } = await urlsOf(running)
  const left = envOf(project)
  expect(left.match(/USERS_URL=/g)).toHaveLength(1)
  expect(parseEnv(left)).toMatchObject({ A: '1', USERS_URL: users })
  expect(await start(project).ended).toMatchObject({
    code: 2,
    output: `mockberth: ${FILE} has the URLs of another mockberth serve, which runs (process ${running.child.pid}). End that one, or name another file with --write-env.\n`,
  })
  expect(envOf(project)).toBe(left)
  await end(running)
  expect(envOf(project)).toBe('A=1\n')
})

test('the file follows the declaration', async () => {
  const project = projectWith()
  const running = start(project)
  await urlsOf(running)
  project.write({ 'mocks.ts': MOCKS.replace("'USERS_URL'", "'PEOPLE_URL'") })
  await running.printed(/PEOPLE_URL=/)
  expect(Object.keys(parseEnv(envOf(project))).toSorted()).toEqual(['ORDERS_URL', 'PEOPLE_URL'])
  await end(running)
  expect(existsSync(join(project.folder, FILE))).toBe(false)
})

test('where it can no longer be written, that is said, and what is declared is served', async () => {
  const project = projectWith()
  const running = start(project)
  await urlsOf(running)
  rmSync(join(project.folder, FILE))
  mkdirSync(join(project.folder, FILE))
  project.write({ 'mocks.ts': MOCKS.replace("'USERS_URL'", "'PEOPLE_URL'") })
  await running.printed(/--write-env .* cannot be written; .*\nWhat is declared now is served\.\n/)
  running.child.kill('SIGINT')
  const { code, errors } = await running.ended
  expect(errors).toContain('cannot be written')
  expect(code).toBe(2)
})

test('values of any kind are read as they are', async () => {
  const values = [`it's`, 'two words # and more', 'a "b" c', '$HOME', String.raw`back\slash`, '']
  const env = values.map((value, index) => `V${index}: () => ${JSON.stringify(value)}`).join()
  const mocks = MOCKS.replace("env: 'USERS_URL'", `env: { ${env}, USERS_URL: ({ url }) => url }`)
  const project = projectWith({ 'mocks.ts': mocks })
  const running = start(project)
  await running.printed(/USERS_URL=/)
  const text = `console.log(JSON.stringify(${JSON.stringify(values.map((_, index) => `V${index}`))}.map((name) => process.env[name])))`
  const { output } = await project.run('node', [`--env-file=${FILE}`, '-e', text])
  expect(JSON.parse(output)).toEqual(values)
  await end(running)
})

test('a link is followed, and stays', async () => {
  const project = projectWith({ 'config/env': 'A=1\n' })
  symlinkSync('config/env', join(project.folder, FILE))
  const running = start(project)
  await urlsOf(running)
  expect(readFileSync(join(project.folder, 'config/env'), 'utf8')).toContain('USERS_URL=')
  await end(running)
  expect(envOf(project)).toBe('A=1\n')
})

test.for([
  ['in a folder that is not there', 'none/.env'],
  ['that is a folder', '.'],
])('a file %s is an error', async ([, path]) => {
  const project = projectWith()
  const { code, errors } = await startServe(project, ['mocks.ts', '--write-env', path!]).ended
  expect(errors).toContain(
    `mockberth: serve: --write-env ${path} cannot be written; it takes the path of a file, which may be there, in a folder that is: `,
  )
  expect(code).toBe(2)
})

test('a second Ctrl-C leaves nothing in it either', async () => {
  const project = projectWith({ [FILE]: 'A=1\n' })
  const running = start(project)
  await urlsOf(running)
  for (let time = 0; time < 3; time++) process.kill(-running.child.pid!, 'SIGINT')
  await running.ended
  expect(envOf(project)).toBe('A=1\n')
})
