import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asking } from './attachments.ts'
import { failureOf, pluginProject, servingLine } from './vitest-project.ts'

const line = (name: string): string => servingLine(`failing.test.ts/${name}.har`)

test('reports for programs say it too, in the last error of the attempt', async () => {
  const project = pluginProject({
    'failing.test.ts': asking(`
test('compares', async () => {
  expect(await ask('/users/1')).toBe('')
})

test('asks for what nobody answers', async () => {
  await ask('/nowhere')
})

test('does both', async () => {
  expect(await ask('/nowhere')).toBe('')
})

test('has a hook that fails', async () => {
  await ask('/users/2')
})

afterEach(({ task }) => {
  if (task.name === 'has a hook that fails') throw new Error('the hook')
})`),
  })
  await project.run('vitest', [
    'run',
    '--reporter=json',
    '--outputFile.json=report.json',
    '--reporter=junit',
    '--outputFile.junit=report.xml',
  ])
  const report = JSON.parse(readFileSync(join(project.folder, 'report.json'), 'utf8'))
  const messages = report.testResults[0].assertionResults.map(
    ({ failureMessages }: any) => failureMessages,
  )
  expect(messages).toEqual([
    [expect.stringMatching(/^AssertionError: expected '{"id":"1"}' to be ''[^\n]*\n\nServe /)],
    [expect.stringMatching(/^This test made requests that nothing answered\.\n\n/)],
    [expect.stringMatching(/^AssertionError: /), expect.stringMatching(/^This test made /)],
    [expect.stringMatching(/^Error: the hook\n\nServe /)],
  ])
  const names = ['compares', 'asks-for-what-nobody-answers', 'does-both', 'has-a-hook-that-fails']
  const junit = readFileSync(join(project.folder, 'report.xml'), 'utf8')
  for (const [index, name] of names.entries()) {
    expect(messages[index].join('\n').split(line(name))).toHaveLength(2)
    expect(messages[index].at(-1)).toContain(`\n\n${line(name)}`)
    expect(junit).toContain(line(name))
  }
})

test('Vitest is told of the file, and its reporters get a copy', async () => {
  const project = pluginProject({
    'reporter.js': `
export default class {
  onTestCaseArtifactRecord(test, { type, attachments }) {
    console.log('RECORDED', test.name, type, attachments[0].contentType)
  }
}`,
    'a.test.ts': asking(`test('fails', async () => { throw new Error(await ask('/users/1')) })`),
  })
  const { output } = await project.run('vitest', ['run', '--reporter=./reporter.js'])
  expect(output).toContain('RECORDED fails mockberth:traffic application/json\n')
})

test('attachmentsDir of the config holds, and a folder that cannot be written is told of', async () => {
  const files = {
    'a.test.ts': asking(`test('fails', async () => { throw new Error(await ask('/users/1')) })`),
  }
  const project = pluginProject(files, `attachmentsDir: 'my attachments'`)
  const { errors } = await project.run('vitest', ['run'])
  expect(errors).toContain(
    '\n\nServe its traffic again: npx mockberth replay "my attachments/mockberth/a.test.ts/fails.har"\n',
  )
  const other = pluginProject({ ...files, blocked: '' }, `attachmentsDir: 'blocked'`)
  const ended = await other.run('vitest', ['run'])
  expect(ended).toHaveEnded('1 failed (1)', 1)
  expect(failureOf(ended, 'a.test.ts > fails')).toMatch(
    /^Error: {"id":"1"}\n\nThe test failed, and its traffic cannot be attached: ENOTDIR: [^\n]*\n/,
  )
})

const ON_SMALL_DISK = `
import { spawnSync } from 'node:child_process'

const mount = 'mkdir -p .vitest/attachments && mount -t tmpfs -o size=16k none .vitest/attachments'
const run = '"$0" ../../node_modules/vitest/vitest.mjs run; echo "LEFT:" $(find .vitest -type f)'
spawnSync('unshare', ['-rm', 'sh', '-c', mount + ' && ' + run, process.execPath], { stdio: 'inherit' })
`

test('on a full disk the test fails as it did, and no part of a file is left', async () => {
  const project = pluginProject({
    'run.js': ON_SMALL_DISK,
    'a.test.ts': asking(`
test('fails', async () => {
  await ask('/users/' + 'x'.repeat(10_000))
  throw new Error('failed')
})`),
  })
  const ended = await project.run('node', ['run.js'])
  expect(failureOf(ended, 'a.test.ts > fails')).toMatch(
    /^Error: failed\n\nThe test failed, and its traffic cannot be attached: ENOSPC: [^\n]*\n/,
  )
  expect(ended.output).toMatch(/^LEFT:$/m)
})

test('what was thrown without a message is shown as it is, and the traffic told apart', async () => {
  const project = pluginProject({
    'a.test.ts': asking(`
test('throws an object', async () => {
  await ask('/users/1')
  throw { foo: 1 }
})`),
  })
  const ended = await project.run('vitest', ['run'])
  expect(ended).toHaveEnded('1 failed (1)', 1)
  expect(failureOf(ended, 'a.test.ts > throws an object')).toMatch(/^\{ foo: 1\b/)
  expect(ended.errors).toContain(
    `mockberth: "throws an object": ${servingLine('a.test.ts/throws-an-object.har')}\n`,
  )
})
