import { readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { defineMocks } from '../../src/index.ts'
import { startRealApi } from '../responders/real-api.ts'
import { startMocks } from '../support/start.ts'
import { startUpstream, type Recorded } from './upstream.ts'

async function recordOne({ start }: Recorded): Promise<void> {
  const recording = await start()
  await recording.ask('/a')
  await recording.stop()
}

test('a recording that is packed under another name is refused at once', async () => {
  const upstream = await startUpstream()
  upstream.say({ '/a': 'one' })
  await recordOne(upstream)
  writeFileSync(upstream.file, gzipSync(readFileSync(upstream.file)))
  await expect(upstream.start()).rejects.toMatchObject({
    code: 'RECORDING_NOT_WRITABLE',
    message: expect.stringContaining(`${upstream.file} is packed`),
  })
  expect(await (await upstream.start({ mode: 'replay' })).ask('/a')).toBe('one')
})

test('MOCKBERTH_MODE leaves APIs as they are that cannot do it', async ({ onTestFinished }) => {
  const upstream = await startUpstream()
  upstream.say({ '/a': 'one' })
  await recordOne(upstream)
  vi.stubEnv('MOCKBERTH_MODE', 'record')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { apis } = await startMocks({ api: { upstream: upstream.real.url, mode: 'forward' } })
  expect(await (await fetch(`${apis.api.url}/a`)).text()).toBe('one')
  vi.stubEnv('MOCKBERTH_MODE', 'forward')
  const replaying = await startMocks({ api: { recording: upstream.file } })
  expect(await (await fetch(`${replaying.apis.api.url}/a`)).text()).toBe('one')
})

test.for([
  [
    'throws',
    (): undefined => {
      throw new Error('boom')
    },
  ],
  ['says nothing', (): undefined => undefined],
] as const)(
  'an onUnhandled that %s does not keep a broken reply from breaking',
  async ([, onUnhandled], { onTestFinished }) => {
    const real = await startRealApi((_, outgoing) => {
      outgoing.writeHead(200, { 'content-length': 100 })
      outgoing.write('half', () => outgoing.destroy())
    })
    const error = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => error.mockRestore())
    const mocks = defineMocks({
      api: { upstream: real.url, mode: 'forward', onUnhandled: onUnhandled as never },
    })
    const { apis, stop } = await mocks.start({ env: false })
    onTestFinished(() => stop())
    const reply = await fetch(apis.api.url)
    await expect(reply.text()).rejects.toThrow('terminated')
    expect(error.mock.calls.flat().join()).toContain(
      `the reply of the upstream ${real.url} broke: `,
    )
  },
)

test('a normalize that throws is not blamed on the upstream', async () => {
  const { start, say } = await startUpstream()
  say({ '/a': 'one' })
  const { ask, running } = await start({
    match: {
      normalize() {
        throw new Error('my bug')
      },
    },
  })
  await ask('/a').catch(() => {})
  expect(() => running.verify()).toThrow(
    'Unanswered request to api: GET /a\n\nthe API api, GET /a: match.normalize threw; mend it, it is called with every request and every entry: my bug',
  )
})
