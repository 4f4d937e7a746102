import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asking, RECORD, recorded, recordingProject, startEcho } from './recording-project.ts'

test.for([
  ['forks', ''],
  ['forks without isolation', 'isolate: false'],
  ['threads', `pool: 'threads'`],
  ['vmThreads', `pool: 'vmThreads'`],
])('what all workers of a run recorded is in one file at its end (%s)', async ([, options]) => {
  const real = await startEcho()
  const files = Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((name) => [
      `${name}.test.ts`,
      asking({ own: `await ask('/${name}')`, same: `await ask('/same')` }),
    ]),
  )
  const project = recordingProject(real, files, '', `maxWorkers: 2, ${options}`)
  project.write({ 'temporary/nothing': '' })
  const temporary = join(project.folder, 'temporary')
  const ended = await project.run('vitest', ['run'], { ...RECORD, TMPDIR: temporary })
  expect(ended).toHaveEnded('8 passed (8)', 0)
  expect(recorded(project)).toEqual([
    'GET /a',
    'GET /b',
    'GET /c',
    'GET /d',
    'GET /same',
    'GET /same',
    'GET /same',
    'GET /same',
  ])
  expect(ended.errors).toContain(
    'mockberth: recordings/words.har\n  8 added, 0 replaced\n  0 of 0 unused\n',
  )
  expect(readdirSync(join(project.folder, 'recordings'))).toEqual(['words.har'])
  expect(readdirSync(temporary).filter((name) => name.startsWith('mockberth'))).toEqual([])

  const again = await project.run('vitest', ['run'], { MOCKBERTH_MODE: 'record-missing' })
  expect(again).toHaveEnded('8 passed (8)', 0)
  // A test that asks once never comes to what the others recorded of the same request.
  expect(again.errors).toContain('  0 added, 0 replaced\n  3 of 8 unused: entries 6, 7, 8\n')
  expect(recorded(project)).toHaveLength(8)
})

test('at the end of a run, entries that nobody asked for are named', async () => {
  const real = await startEcho()
  const project = recordingProject(real, {
    'a.test.ts': asking({ all: `for (const path of ['/a', '/b', '/c']) await ask(path)` }),
  })
  await project.run('vitest', ['run'], RECORD)
  project.write({
    'a.test.ts': asking({ b: `expect(await ask('/b')).toBe('said /b')` }),
    'b.test.ts': asking({ b: `expect(await ask('/b')).toBe('said /b')` }),
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('2 passed (2)', 0)
  expect(ended.errors).toContain(
    'mockberth: recordings/words.har\n  0 added, 0 replaced\n  2 of 3 unused: entries 1, 3\n',
  )
})

test('when only some of the tests run, nothing is said to be unused', async () => {
  const real = await startEcho()
  const project = recordingProject(real, {
    'a.test.ts': asking({ a: `await ask('/a')` }),
    'b.test.ts': asking({ b: `await ask('/b')` }),
  })
  await project.run('vitest', ['run'], RECORD)
  for (const some of [['a.test.ts'], ['-t', 'b'], ['--shard=1/2']]) {
    const ended = await project.run('vitest', ['run', ...some])
    expect(ended.code).toBe(0)
    expect(ended.errors).not.toContain('mockberth:')
  }
  project.write({ 'a.test.ts': asking({ a: `await ask('/new')` }) })
  const recording = await project.run('vitest', ['run', 'a.test.ts'], RECORD)
  expect(recording.errors).toContain(
    'mockberth: recordings/words.har\n  1 added, 0 replaced\n  unused entries are told when all tests run (this was 1 of 2 test files)\n',
  )
  project.write({ 'b.test.ts': asking({ b: `expect(1).toBe(2); await ask('/b')` }) })
  const failed = await project.run('vitest', ['run'])
  expect(failed).toHaveEnded('1 failed | 1 passed (2)', 1)
  expect(failed.errors).not.toContain('unused')
})

test("saveOn: 'passed' keeps what passing tests recorded, of each attempt", async () => {
  const real = await startEcho()
  const project = recordingProject(
    real,
    {
      'a.test.ts': `${asking({
        passes: `await ask('/passes')`,
        fails: `await ask('/fails'); expect(1).toBe(2)`,
      })}
        let attempt = 0
        test('retried', { retry: 1 }, async () => {
          attempt += 1
          await ask('/attempt/' + attempt)
          expect(attempt).toBe(2)
        })
        test('late', async ({ onTestFinished }) => {
          onTestFinished(() => { throw new Error('late') })
          await ask('/late')
        })`,
    },
    `saveOn: 'passed',`,
  )
  const ended = await project.run('vitest', ['run'], RECORD)
  expect(ended.code).toBe(1)
  expect(recorded(project)).toEqual(['GET /attempt/2', 'GET /passes'])
})

test('a worker that is killed loses nothing that its tests had received', async () => {
  const real = await startEcho()
  const project = recordingProject(real, {
    'a.test.ts': asking({
      killed: `for (let i = 0; i < 20; i++) await ask('/' + i); process.kill(process.pid, 'SIGKILL')`,
    }),
    'b.test.ts': asking({ lives: `await ask('/lives')` }),
  })
  const { code } = await project.run('vitest', ['run'], RECORD)
  expect(code).toBe(1)
  expect(recorded(project)).toHaveLength(21)
})

test("with saveOn: 'passed', a test that was killed did not pass", async () => {
  const real = await startEcho()
  const project = recordingProject(
    real,
    {
      'a.test.ts': asking({
        passes: `await ask('/passes')`,
        killed: `await ask('/killed'); process.kill(process.pid, 'SIGKILL')`,
      }),
    },
    `saveOn: 'passed',`,
  )
  const { code } = await project.run('vitest', ['run'], RECORD)
  expect(code).toBe(1)
  expect(real.asked.map(({ target }) => target)).toEqual(['/passes', '/killed'])
  expect(recorded(project)).toEqual(['GET /passes'])
})

test('when Vitest itself is killed, the next run has what was recorded', async () => {
  const real = await startEcho()
  const project = recordingProject(real, {
    'a.test.ts': asking({
      hangs: `await ask('/a'); await new Promise(() => setInterval(() => {}, 1000))`,
    }),
  })
  const vitest = project.start('vitest', ['run'], RECORD)
  await expect.poll(() => real.asked.length).toBe(1)
  await expect
    .poll(() => {
      const [part] = readdirSync(join(project.folder, 'recordings'))
      return part && readFileSync(join(project.folder, 'recordings', part), 'utf8')
    })
    .toMatch(/\n$/)
  process.kill(-vitest.child.pid!, 'SIGKILL')
  await vitest.ended
  project.write({ 'a.test.ts': asking({ replays: `expect(await ask('/a')).toBe('said /a')` }) })
  expect(await project.run('vitest', ['run'])).toHaveEnded('1 passed (1)', 0)
  expect(recorded(project)).toEqual(['GET /a'])
  expect(readdirSync(join(project.folder, 'recordings'))).toEqual(['words.har'])
})

test('in watch mode each rerun is a run', async () => {
  const real = await startEcho()
  const project = recordingProject(real, { 'a.test.ts': asking({ a: `await ask('/a')` }) })
  const vitest = project.start('vitest', ['--watch'], RECORD)
  await vitest.printed(/1 added, 0 replaced\n/)
  expect(recorded(project)).toEqual(['GET /a'])
  project.write({ 'a.test.ts': asking({ b: `await ask('/b'); await ask('/a')` }) })
  await vitest.printed(/1 added, 0 replaced\n[^]*1 added, 0 replaced\n/)
  expect(recorded(project)).toEqual(['GET /a', 'GET /b'])
})
