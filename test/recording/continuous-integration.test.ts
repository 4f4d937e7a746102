import { expect, test, vi } from 'vitest'
import { defineMocks } from '../../src/index.ts'
import { startUpstream } from './upstream.ts'

/** What becomes of a start with MOCKBERTH_MODE=record. */
async function startWith(ci: string, onTestFinished: (end: () => void) => void): Promise<unknown> {
  const { real, file } = await startUpstream()
  vi.stubEnv('CI', ci)
  vi.stubEnv('MOCKBERTH_MODE', 'record')
  onTestFinished(() => void vi.unstubAllEnvs())
  const mocks = defineMocks({ api: { upstream: real.url, recording: file } })
  return mocks.start({ env: false }).then(
    (running) => running.stop(),
    (error) => error,
  )
}

test.for(['1', 'true'])(
  'MOCKBERTH_MODE=record is refused with CI=%s',
  async (ci, { onTestFinished }) => {
    expect(await startWith(ci, onTestFinished)).toMatchObject({
      name: 'MockberthError',
      code: 'RECORDING_REFUSED',
      message:
        'the environment: MOCKBERTH_MODE is record, and CI is set: a job that records would test whatever the real API says today. Take MOCKBERTH_MODE out to replay, or set MOCKBERTH_FORCE_RECORD=1 to record all the same.',
    })
  },
)

test.for(['', 'false', '0'])('CI=%s is no CI', async (ci, { onTestFinished }) => {
  expect(await startWith(ci, onTestFinished)).toBeUndefined()
})

test('in CI a declared record mode is replayed, and that is said; unless it is forced', async ({
  onTestFinished,
}) => {
  const { say, start, kept } = await startUpstream()
  say({ '/a': 'one' })
  vi.stubEnv('CI', 'true')
  vi.stubEnv('MOCKBERTH_FORCE_RECORD', '1')
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => {
    vi.unstubAllEnvs()
    warn.mockRestore()
  })
  const forced = await start()
  await forced.ask('/a')
  await forced.stop()
  expect(kept()).toEqual([{ request: 'GET /a', text: 'one' }])
  expect(warn).not.toHaveBeenCalled()

  vi.stubEnv('MOCKBERTH_FORCE_RECORD', undefined)
  say({ '/a': 'changed' })
  const replaying = await start()
  expect(await replaying.ask('/a')).toBe('one')
  await replaying.stop()
  expect(kept()).toEqual([{ request: 'GET /a', text: 'one' }])
  expect(warn.mock.calls).toEqual([
    [
      "mockberth: api declares mode 'record', and in CI it is replayed. To record here, set MOCKBERTH_MODE=record and MOCKBERTH_FORCE_RECORD=1.",
    ],
  ])
})
