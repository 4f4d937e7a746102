import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  ask,
  bring,
  FILE,
  filesOf,
  merge,
  recorded,
  recordedIn,
  SHARD,
  startJob,
  textOf,
} from './shards.ts'

test('what shards record at once is merged as if one run had recorded it', async () => {
  const job = await startJob()
  const main = await recorded(job, '/a', '/b', '/login', '/old')
  const committed = textOf(main)
  job.say({ '/b': 'changed' })
  const shards = [job.checkout(main), job.checkout(main)] as const
  const ended = await Promise.all([
    ask(shards[0], ['/login', '/z', '/a'], SHARD),
    ask(shards[1], ['/login', '/b', '/c'], SHARD),
  ])
  expect(ended.map(({ output }) => output)).toEqual([
    'said /login\nsaid /z\nsaid /a\n',
    'said /login\nchanged\nsaid /c\n',
  ])
  for (const shard of shards) {
    expect(textOf(shard)).toBe(committed)
    bring(shard, main)
  }
  const { output, code } = await merge(main)
  expect(output).toBe('recordings/api.har: 3 added, 1 replaced, 0 removed\n')
  expect(code).toBe(0)
  expect(recordedIn(main)).toEqual([
    'GET /a: said /a',
    'GET /b: changed',
    'GET /login: said /login',
    'GET /login: said /login',
    'GET /old: said /old',
    'GET /c: said /c',
    'GET /z: said /z',
  ])
  expect(filesOf(main)).toEqual(['api.har'])

  const merged = textOf(main)
  for (const shard of shards) bring(shard, main)
  const again = await merge(main, FILE)
  expect(again.output).toBe('recordings/api.har: 0 added, 0 replaced, 0 removed\n')
  expect(textOf(main)).toBe(merged)
  expect(filesOf(main)).toEqual(['api.har'])
})

test('the same traffic in other shards the next night changes not one byte', async () => {
  const job = await startJob()
  const main = await recorded(job, '/a', '/a', '/b', '/post:{"id":1,"name":"x"}')
  const committed = textOf(main)
  const shards = [job.checkout(main), job.checkout(main)] as const
  await Promise.all([
    ask(shards[0], ['/a', '/post:{"name":"x","id":2}'], SHARD),
    ask(shards[1], ['/b', '/a'], SHARD),
  ])
  for (const shard of shards) bring(shard, main)
  const { output } = await merge(main, 'recordings')
  expect(output).toBe('recordings/api.har: 0 added, 0 replaced, 0 removed\n')
  expect(textOf(main)).toBe(committed)
})

test('what all shards together ask for less often is removed', async () => {
  const job = await startJob()
  const main = await recorded(job, '/a', '/a', '/a', '/b')
  const shards = [job.checkout(main), job.checkout(main)] as const
  await ask(shards[0], ['/a'], SHARD)
  await ask(shards[1], ['/a', '/b'], SHARD)
  for (const shard of shards) bring(shard, main)
  const { output } = await merge(main)
  expect(output).toBe('recordings/api.har: 0 added, 0 replaced, 1 removed\n')
  expect(recordedIn(main)).toEqual(['GET /a: said /a', 'GET /a: said /a', 'GET /b: said /b'])
})

test('what is missing is recorded once, also where several shards miss it', async () => {
  const job = await startJob()
  const main = await recorded(job, '/a')
  const shards = [job.checkout(main), job.checkout(main)] as const
  const missing = { ...SHARD, MOCKBERTH_MODE: 'record-missing' }
  await Promise.all(shards.map((shard) => ask(shard, ['/a', '/b'], missing)))
  for (const shard of shards) bring(shard, main)
  expect((await merge(main)).output).toBe('recordings/api.har: 1 added, 0 replaced, 0 removed\n')
  expect(recordedIn(main)).toEqual(['GET /a: said /a', 'GET /b: said /b'])
})

test('where nothing was recorded before, the file is made; what a killed process recorded is in it', async () => {
  const job = await startJob()
  const [one, other, main] = [job.checkout(), job.checkout(), job.checkout()]
  await ask(one, ['/a'], SHARD)
  const { signal } = await ask(other, ['/b', 'kill'], SHARD)
  expect(signal).toBe('SIGKILL')
  for (const shard of [one, other]) bring(shard, main)
  expect((await merge(main)).output).toBe('recordings/api.har: 2 added, 0 replaced, 0 removed\n')
  expect(recordedIn(main)).toEqual(['GET /a: said /a', 'GET /b: said /b'])
})

test('nobody else merges what is kept for later', async () => {
  const job = await startJob()
  const main = await recorded(job, '/a')
  await ask(main, ['/b'], SHARD)
  const kept = filesOf(main)
  expect(kept).toEqual([
    'api.har',
    expect.stringMatching(/^api\.har\.later-[\da-f]+\.[\da-f]+\.part$/),
  ])
  expect((await ask(main, ['/a'])).output).toBe('said /a\n')
  await ask(main, ['/c'], { MOCKBERTH_MODE: 'record' })
  expect(filesOf(main)).toEqual(kept)
  expect(recordedIn(main)).toEqual(['GET /a: said /a', 'GET /c: said /c'])
})

test('machines that are given one key know a secret again, in whichever shard it is asked for', async () => {
  const job = await startJob()
  const key = { MOCKBERTH_REDACTION_KEY: '0123456789abcdef'.repeat(4) }
  const me = '/me?token=hunter2hunter2'
  const main = job.checkout()
  const record = async (): Promise<string> => {
    for (const wanted of [[me], [me, '/other?token=hunter2hunter2']]) {
      const shard = job.checkout(main)
      await ask(shard, wanted, { ...SHARD, ...key })
      bring(shard, main)
    }
    return (await merge(main)).output
  }
  expect(await record()).toBe('recordings/api.har: 3 added, 0 replaced, 0 removed\n')
  const first = textOf(main)
  expect(first).not.toContain('hunter2')
  expect(await record()).toBe('recordings/api.har: 0 added, 0 replaced, 0 removed\n')
  expect(textOf(main)).toBe(first)
  job.say({ '/me': 'changed' })
  expect(await record()).toBe('recordings/api.har: 0 added, 2 replaced, 0 removed\n')
  expect((await ask(main, ['/me?token=any'])).output).toBe('changed\n')
})

test('a secret that one shard asks for is known again without that, too', async () => {
  const job = await startJob()
  const main = await recorded(job, '/me?token=hunter2hunter2')
  job.say({ '/me': 'changed' })
  const shard = job.checkout(main)
  await ask(shard, ['/me?token=hunter2hunter2'], SHARD)
  bring(shard, main)
  expect((await merge(main)).output).toBe('recordings/api.har: 0 added, 1 replaced, 0 removed\n')
})

test('recordings anywhere below a folder are merged, at once, and those of packages are left alone', async () => {
  const job = await startJob()
  const main = job.checkout()
  await ask(main, ['/a'], SHARD)
  const [part] = filesOf(main)
  for (const folder of ['packages/x', 'node_modules/y']) {
    mkdirSync(join(main.folder, folder), { recursive: true })
    copyFileSync(join(main.folder, 'recordings', part!), join(main.folder, folder, part!))
  }
  const ended = await Promise.all([merge(main), merge(main)])
  const lines = ended.flatMap(({ output }) => output.split('\n'))
  for (const file of ['packages/x/api.har', FILE]) {
    expect(lines).toContain(`${file}: 1 added, 0 replaced, 0 removed`)
  }
  expect(recordedIn(main)).toEqual(['GET /a: said /a'])
  expect(readdirSync(join(main.folder, 'node_modules/y'))).toEqual([part])
})

const NOTHING = (path: string): string =>
  `mockberth: there is nothing to merge in ${path}; it takes the .part files of all shards, beside the recordings. Shards keep them when they record with MOCKBERTH_MERGE=later.\n`

test('where there is nothing to merge, merge says so and exits with 1', async () => {
  const job = await startJob()
  const main = await recorded(job, '/a')
  await ask(main, ['/b'], SHARD)
  const ended = await merge(main, 'nowhere', FILE, 'recordings')
  expect(ended.output).toBe(
    `recordings/api.har: 1 added, 0 replaced, 0 removed\n${NOTHING('nowhere')}`,
  )
  expect(ended.code).toBe(1)
  expect(await merge(main)).toMatchObject({ code: 1, output: NOTHING('.') })
})

test.for([
  ['api.har', 'no HAR', /^mockberth: .*api\.har.* it is not JSON: /],
  ['part', '{"type":\n', /^mockberth: line 1 of .*\.part is damaged, and nothing was merged: /],
] as const)(
  'what cannot be read (%s) is an error, and all stays as it is',
  async ([name, text, error]) => {
    const job = await startJob()
    const main = await recorded(job, '/a')
    await ask(main, ['/b'], SHARD)
    const file = filesOf(main).find((one) => one.endsWith(name))!
    main.write({ [`recordings/${file}`]: text })
    const files = filesOf(main)
    const before = textOf(main)
    const { errors, code } = await merge(main)
    expect(errors).toMatch(error)
    expect(code).toBe(2)
    expect(filesOf(main)).toEqual(files)
    expect(textOf(main)).toBe(before)
  },
)

test.for([
  ['MOCKBERTH_MERGE', '1', 'got "1"; it takes later, or nothing.'],
  [
    'MOCKBERTH_REDACTION_KEY',
    'hunter2',
    'got 7 characters; it takes at least 32 that nobody can guess: openssl rand -hex 32',
  ],
])(
  '%s takes not everything, and what it got is told where that is no secret',
  async ([name, value, error]) => {
    const job = await startJob()
    const { errors, code } = await ask(job.checkout(), ['/a'], { ...SHARD, [name!]: value })
    expect(errors).toContain(`the environment: ${name} ${error}`)
    expect(errors).not.toContain('hunter2')
    expect(code).toBe(1)
  },
)
