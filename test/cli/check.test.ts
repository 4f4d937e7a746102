import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { SECRETS } from '../recording/redaction/planted.ts'
import { createProject, type Ended, type Project } from '../support/project.ts'

const github = SECRETS['a GitHub token']!

const entry = (url: string, headers: object[], text: string): unknown => ({
  request: { method: 'GET', url, headers },
  response: { status: 200, headers: [], content: { mimeType: 'application/json', text } },
})

const har = (...entries: unknown[]): string => JSON.stringify({ log: { version: '1.2', entries } })

const CLEAN = har(
  entry('https://a.test/items?page=2', [{ name: 'accept', value: '*/*' }], '{"id":1}'),
  entry(
    'https://a.test/x?api_key=REDACTED0123456789abcdef',
    [{ name: 'authorization', value: 'Bearer ghp_REDACTED0123456789abcdefghijklmnopqrst' }],
    '{"token":"REDACTED0123456789abcdef"}',
  ),
)

const LEAKY = har(
  entry('https://a.test/', [], '{}'),
  entry(
    'https://a.test/x?api_key=hunter2',
    [{ name: 'Authorization', value: 'Basic amFuZTpodW50ZXIy' }],
    JSON.stringify({ deep: [{ note: `use ${github}` }] }),
  ),
)

function check(project: Project, ...files: readonly string[]): Promise<Ended> {
  const cli = join(project.folder, '../node_modules/mockberth/dist/cli/index.js')
  return project.run('node', [cli, 'check', ...files])
}

test('check exits with 1 and names file, entry and field of each leak, without the secret', async () => {
  const project = createProject({ 'clean.har': CLEAN, 'leaky.har': LEAKY })
  const { code, output } = await check(project, 'clean.har', 'leaky.har')
  expect(output).toBe(
    [
      'leaky.har: entry 2: request.url ?api_key: a credential, by its name',
      'leaky.har: entry 2: request.headers.authorization: a credential, by its name',
      'leaky.har: entry 2: response.content $.deep[0].note: a GitHub token',
      '3 credentials in 2 files. Record it again, or take them out by hand. What is no credential, check leaves with --keep NAME, and a recorder with redact: { keep: [NAME] }.',
      '',
    ].join('\n'),
  )
  for (const secret of ['hunter2', 'amFuZTpodW50ZXIy', github]) expect(output).not.toContain(secret)
  expect(code).toBe(1)
  expect(readFileSync(join(project.folder, 'leaky.har'), 'utf8')).toBe(LEAKY)
})

test('check exits with 0 where there is none', async () => {
  const project = createProject({ 'clean.har': CLEAN })
  const { code, output } = await check(project, 'clean.har')
  expect(output).toBe('no credentials in clean.har\n')
  expect(code).toBe(0)
})

test('check leaves what is said to be no credential', async () => {
  const text = JSON.stringify({ csrf: 'abc', note: 'x' })
  const project = createProject({ 'a.har': har(entry('https://a.test/?sig=abc', [], text)) })
  expect((await check(project, 'a.har')).output).toMatch(/^a\.har: .*\?sig.*\na\.har: .*\$\.csrf/)
  const kept = await check(project, '--keep', 'csrf,sig', 'a.har')
  expect(kept.output).toBe('no credentials in a.har\n')
  expect(kept.code).toBe(0)
})

test('check reads packed recordings, and the files beside them', async () => {
  const attached = {
    request: { method: 'GET', url: 'https://a.test/', headers: [] },
    response: {
      status: 200,
      headers: [],
      content: { mimeType: 'application/json', _file: 'body.json' },
    },
  }
  const project = createProject({
    'attached.har': har(attached),
    'body.json': JSON.stringify({ password: 'hunter2' }),
  })
  writeFileSync(join(project.folder, 'packed.har.gz'), gzipSync(LEAKY))
  const packed = await check(project, 'packed.har.gz')
  expect(packed.output).toContain('packed.har.gz: entry 2: request.url ?api_key: ')
  expect(packed.code).toBe(1)
  const beside = await check(project, 'attached.har')
  expect(beside.output).toContain(
    'attached.har: entry 1: response.content $.password: a credential, by its name\n1 credential in attached.har. ',
  )
  expect(beside.code).toBe(1)
})

test.for([
  ['missing.har', 'mockberth: there is no recording missing.har.'],
  [
    'package.json',
    'mockberth: the recording package.json is no HAR: it has no `log`. Record it, or export it, once more.',
  ],
])('check %s', async ([file, error]) => {
  const project = createProject({})
  const { code, errors } = await check(project, file!)
  expect(errors).toContain(error)
  expect(code).toBe(2)
})

test('check without a file says what it takes', async () => {
  const { code, errors } = await check(createProject({}))
  expect(errors).toContain("error: missing required argument 'file'")
  expect(errors).toContain('Usage: mockberth check [options] <file...>')
  expect(code).toBe(2)
})
