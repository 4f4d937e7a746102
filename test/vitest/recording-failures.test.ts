import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startRealApi } from '../responders/real-api.ts'
import { asking, RECORD, recordingProject, startEcho } from './recording-project.ts'

test('an upstream that does not answer fails the test with the reason, and keeps what was recorded', async () => {
  const real = await startRealApi(({ target }, outgoing) =>
    target === '/gone' ? outgoing.destroy() : outgoing.end('there'),
  )
  const project = recordingProject(real, {
    'a.test.ts': asking({ gone: `expect(await ask('/gone')).toContain('did not answer')` }),
  })
  const ended = await project.run('vitest', ['run'], RECORD)
  expect(ended).toHaveEnded('1 failed (1)', 1)
  expect(ended.errors).toMatch(
    new RegExp(
      `Unanswered request to words: GET /gone\\n\\nthe upstream ${real.url} did not answer GET /gone: other side closed`,
    ),
  )
  expect(readdirSync(join(project.folder, 'recordings'))).toEqual([])
})

test('CI refuses MOCKBERTH_MODE=record once, before any test', async () => {
  const real = await startEcho()
  const project = recordingProject(real, { 'a.test.ts': asking({ a: `await ask('/a')` }) })
  const ended = await project.run('vitest', ['run'], { ...RECORD, CI: '1' })
  expect(ended.code).toBe(1)
  expect(ended.errors.match(/MOCKBERTH_MODE is record, and CI is set/g)).toHaveLength(1)
  expect(real.asked).toEqual([])
})
