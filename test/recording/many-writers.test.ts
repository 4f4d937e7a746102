import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startRealApi } from '../responders/real-api.ts'
import { createFolder } from '../support/har.ts'
import { harErrors } from '../support/har-schema.ts'
import { entriesOf, filesBeside, startRecording } from './upstream.ts'

const PROCESS = fileURLToPath(new URL('writer.process.ts', import.meta.url))

/** Many processes take their time to start where others want the machine, too. */
const LONG = { timeout: 300_000 }

interface Writer {
  readonly child: ChildProcess
  /** Which replies its clients have had. */
  received(): readonly number[]
  begin(): void
  readonly ended: Promise<unknown>
}

async function startWriter(
  upstream: string,
  recording: string,
  mark: string,
  count: number,
): Promise<Writer> {
  const child = fork(PROCESS, [upstream, recording, mark, String(count)], {
    env: { ...process.env, CI: '' },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  await once(child, 'message')
  const received: number[] = []
  child.on('message', (index) => received.push(index as number))
  return { child, received: () => received, begin: () => void child.send('begin'), ended }
}

async function startEcho(): Promise<string> {
  const real = await startRealApi(({ target }, outgoing) => {
    outgoing.setHeader('content-type', 'application/json')
    outgoing.end(JSON.stringify({ said: target }))
  })
  return real.url
}

function pathsIn(file: string): string[] {
  return entriesOf(file).map(({ request }) => new URL(request.url).pathname)
}

test(
  '16 processes that record 200 exchanges each into one file at once lose none',
  LONG,
  async () => {
    const [upstream, folder] = await Promise.all([startEcho(), createFolder()])
    const file = `${folder}/shared.har`
    const marks = Array.from({ length: 16 }, (_, index) => `writer-${index}`)
    const writers = await Promise.all(marks.map((mark) => startWriter(upstream, file, mark, 200)))
    for (const writer of writers) writer.begin()
    for (const { ended } of writers) expect(await ended).toEqual([0, null])
    const paths = pathsIn(file)
    expect(paths).toHaveLength(3200)
    expect(new Set(paths).size).toBe(3200)
    for (const { request, response } of entriesOf(file)) {
      expect(JSON.parse(response.content.text)).toEqual({ said: new URL(request.url).pathname })
    }
    expect(harErrors(JSON.parse(readFileSync(file, 'utf8')))).toEqual([])
    expect(filesBeside(file)).toEqual(['shared.har'])
  },
)

test(
  'of processes that are killed at any moment, all that their clients had received is there',
  LONG,
  async () => {
    const [upstream, folder] = await Promise.all([startEcho(), createFolder()])
    const file = `${folder}/killed.har`
    const received = new Map<string, readonly number[]>()
    const kill = async (mark: string, after: number): Promise<void> => {
      const writer = await startWriter(upstream, file, mark, 1000)
      writer.begin()
      await expect
        .poll(() => writer.received().length, { interval: 0, timeout: 20_000 })
        .toBeGreaterThanOrEqual(after)
      writer.child.kill('SIGKILL')
      await writer.ended
      received.set(mark, writer.received())
    }
    // Two at once, so that one merges what the other left while it still records itself.
    const lane = async (name: string): Promise<void> => {
      for (let round = 0; round < 25; round++) {
        await kill(`${name}-${round}`, Math.floor(Math.random() * 20))
      }
    }
    await Promise.all([lane('one'), lane('two')])
    expect(received.size).toBe(50)

    const last = await startRecording({ upstream, recording: file, mode: 'record-missing' })
    await last.stop()
    const paths = new Set(pathsIn(file))
    const had = [...received].flatMap(([mark, indexes]) =>
      indexes.map((index) => `/${mark}/${index}`),
    )
    const lost = had.filter((path) => !paths.has(path))
    expect(had.length).toBeGreaterThan(50)
    expect(lost).toEqual([])
    expect(filesBeside(file)).toEqual(['killed.har'])
  },
)
