import { globSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'
import { http, HttpResponse } from 'msw'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openEnvFile } from '../src/cli/env-file.ts'
import { defineMocks, type ApiDefinition, type RunningMocks } from '../src/index.ts'
import { startProcess } from '../src/process/start.ts'
import { hubProvocations } from './hub/provocations.ts'
import { serviceProvocations } from './services/provocations.ts'
import { createFolder, entryOf, harOf, listed, writeSparse } from './support/har.ts'
import { startMocks } from './support/start.ts'
import { sendMany } from './traffic/many-requests.ts'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

/** Each code that docs/errors.md has a section for, and the message that it shows. */
const documented = new Map(
  read('docs/errors.md')
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [, code, sample] = /^`(\w+)`\n\n```\n([\s\S]*?)```\n\n\S/.exec(section) ?? []
      return [code ?? section, sample ?? ''] as const
    }),
)

const sources = globSync('src/**/*.ts', { cwd: new URL('..', import.meta.url) })
// Without comments, and without the list of the codes.
const codeOfSources = sources
  .map((path) => read(path).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|^ {2}\| '\w+'$/gm, ''))
  .join('\n')

/** All that an error can carry: the compiler refuses others. */
const carried = [...read('src/errors.ts').matchAll(/^ {2}\| '(\w+)'$/gm)].map(([, code]) => code!)

/** What begins a text that is no error: a reply that a client gets. */
const told = [...codeOfSources.matchAll(/[`'"]([A-Z]+(?:_[A-Z]+)+): /g)].map(([, code]) => code!)

test('docs/errors.md has a section for each code that the sources know, and for no other', () => {
  expect(carried.length).toBeGreaterThan(20)
  expect([...documented.keys()]).toEqual([...new Set([...carried, ...told])].toSorted())
  // No block but the one at the beginning of each section.
  expect(read('docs/errors.md').match(/^```/gm)).toHaveLength(documented.size * 2)
})

test('each code that an error can carry is thrown somewhere', () => {
  const thrown = new Set([...codeOfSources.matchAll(/(?<!=== )'(\w+)'/g)].map(([, text]) => text))
  expect(carried.filter((code) => !thrown.has(code))).toEqual([])
})

/** Of a process, which tells it in its last lines. */
const PROCESS_PORT = /(?<=port |Port: )[23]\d{4}\b/g

/** Lines of the document are wrapped. */
const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

interface Scene {
  /** A folder, which the document calls /project. */
  readonly folder: string
  /** Starts the API `github`, which the document has at port 49213. */
  start(definition?: ApiDefinition): Promise<RunningMocks<'github'>>
}

const upstream = 'https://api.github.com'
const define = (github: unknown): unknown => defineMocks({ github: github as ApiDefinition })
const fails = (): never => {
  throw new Error('no database')
}
const user = http.get('/users/:login', () => {})

function setMode(mode: string, ci = ''): void {
  vi.stubEnv('MOCKBERTH_MODE', mode)
  vi.stubEnv('CI', ci)
  onTestFinished(() => void vi.unstubAllEnvs())
}

async function recordingIn(folder: string, text: string): Promise<ApiDefinition> {
  const recording = join(folder, 'github.har')
  await writeFile(recording, text)
  return { upstream, recording }
}

const provocations: Record<string, (scene: Scene) => unknown> = {
  async BODY_CUT({ start }) {
    const { github } = (await start({ maxBody: 1000, onUnhandled: 'ignore' })).apis
    await fetch(github.url, { method: 'POST', body: 'x'.repeat(1500) })
    github.exchanges[0]!.request.text()
  },
  DECLARATION_INVALID: () => defineMocks(undefined as never),
  ENV_DUPLICATE: () => defineMocks({ github: { env: 'API_URL' }, shop: { env: 'API_URL' } }),
  ENV_FUNCTION_FAILED: ({ start }) => start({ env: { GITHUB_API_URL: fails } }),
  ENV_INVALID_NAME: () => define({ env: 'GITHUB-API-URL' }),
  async ENV_FILE_TAKEN({ folder }) {
    const file = join(folder, '.env.mockberth')
    const owner = `# mockberth serve ${process.pid}-0a1b2c`
    await writeFile(file, `${owner}: begin.\nGITHUB_URL=\n${owner}: end\n`)
    openEnvFile(file)
  },
  async ENV_TAKEN({ start }) {
    await start({ env: 'GITHUB_API_URL' })
    await start({ env: 'GITHUB_API_URL' })
  },
  HANDLERS_FAILED: ({ start }) => start({ handlers: fails }),
  HANDLERS_INVALID: ({ start }) => start({ handlers: [user, [user] as never] }),
  ...hubProvocations,
  INVALID_NAME: () => defineMocks({ 'my api': {} }),
  INVALID_OPTION: () => define({ port: 0 }),
  async MODE_INVALID({ start }) {
    setMode('live')
    await start()
  },
  async NOT_KEPT({ start }) {
    const handlers = [http.get('/', () => HttpResponse.text('the end'))]
    const { github } = (await start({ handlers })).apis
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    await sendMany(github.port, 2002, () => '/')
    github.find('GET', '/users/octocat')
  },
  async NOT_RECEIVED({ start }) {
    const { github } = (await start()).apis
    await github.waitFor('GET', '/users/octocat', { timeout: 50 })
  },
  async PORT_TAKEN({ start }) {
    const { github } = (await start()).apis
    await github.stop()
    const server = net.createServer().listen(github.port, '127.0.0.1')
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
    await new Promise((resolve) => server.once('listening', resolve))
    await github.start()
  },
  PROCESS_ENDED: ({ folder }) => startProcess({ command: 'echo no database; exit 1', cwd: folder }),
  PROCESS_NOT_READY: ({ folder }) =>
    startProcess({ command: 'exec sleep 60', cwd: folder, timeout: 100 }),
  PROCESS_NOT_STARTED: ({ folder }) => startProcess({ command: ['no-such-program'], cwd: folder }),
  async RECORDED_BODY_MISSING({ start, folder }) {
    const reply = { headers: listed('content-type: text/plain'), content: { size: 1200 } }
    const entry = entryOf({ url: `${upstream}/users/octocat` }, reply)
    const { github } = (await start(await recordingIn(folder, harOf([entry])))).apis
    const text = await (await fetch(`${github.url}/users/octocat`)).text()
    throw Object.assign(new Error(text), { code: 'RECORDED_BODY_MISSING' })
  },
  RECORDING_INVALID: async ({ start, folder }) => start(await recordingIn(folder, '{}')),
  RECORDING_MISSING: ({ start, folder }) => start({ recording: join(folder, 'github.har') }),
  RECORDING_NOT_WRITABLE: ({ start, folder }) =>
    start({ mode: 'record', upstream, recording: join(folder, 'github.har.gz') }),
  async RECORDING_REFUSED({ start }) {
    setMode('record', 'true')
    await start()
  },
  async RECORDING_TOO_LARGE({ start, folder }) {
    const recording = join(folder, 'github.har')
    await writeSparse(recording, 300_000_000)
    await start({ recording })
  },
  RECORDING_UNDECLARED: () => define({ mode: 'record', upstream }),
  async RECORDING_UPSTREAM_MISMATCH({ start, folder }) {
    const entry = entryOf({ url: 'https://api.gitlab.com/users' }, {})
    await start(await recordingIn(folder, harOf([entry])))
  },
  ...serviceProvocations,
  async STOPPED({ start }) {
    const running = await start()
    await running.stop()
    await running.apis.github.start()
  },
  async UNHANDLED_REQUEST({ start }) {
    const running = await start({ handlers: [user] })
    await fetch(`${running.apis.github.url}/users/octocat/repos`)
    running.verify()
  },
  UNKNOWN_OPTION: () => defineMocks({ github: {} }).start({ ports: 3000 } as never),
  async UNUSED_OVERRIDE({ start }) {
    const running = await start({ unused: 'fail' })
    running.apis.github.use(http.get('/users/octocat', () => {}))
    running.verify()
  },
  UPSTREAM_HAS_PATH: () => define({ upstream: `${upstream}/v3` }),
  UPSTREAM_INVALID: () => define({ upstream: 'api.github.com' }),
  UPSTREAM_MISSING: () => define({ mode: 'forward' }),
}

test.for(Object.entries(provocations))(
  'what the document shows for %s is what it says',
  async ([code, provoke]) => {
    const folder = await createFolder()
    const ports: number[] = []
    const startScene = async (definition: ApiDefinition = {}): Promise<RunningMocks<'github'>> => {
      const running = await startMocks({ github: definition }, {})
      ports.push(running.apis.github.port)
      return running
    }
    const error = await Promise.resolve({ folder, start: startScene })
      .then(provoke)
      .then(
        () => expect.unreachable('nothing was thrown'),
        (thrown: { code: string; message: string }) => thrown,
      )
    const message = ports
      .reduce((text, port) => text.replaceAll(String(port), '49213'), error.message)
      .replaceAll(folder, '/project')
      .replaceAll(PROCESS_PORT, '23456')
      .replaceAll(/mockberth-hubs-\d+/g, 'mockberth-hubs-1000')
      .replaceAll(/\b\d+-[\da-f]{8}\.json/g, '4711-0a1b2c3d.json')
      .replaceAll(/\bprocess \d+/g, 'process 4711')
      .replaceAll(/\(\S*errors\.test\.ts:\d+:\d+\)/g, '(test/profile.test.ts:12:15)')
    expect({ code: error.code, message: inOneLine(message) }).toEqual({
      code,
      message: inOneLine(documented.get(code)!),
    })
  },
)

/** Codes that take more to provoke, and the tests that do and have the whole text. */
const provokedIn: Record<string, string> = {
  BIND_FAILED: 'test/ports/loopback.test.ts',
  BROWSER_MODE_UNSUPPORTED: 'test/vitest/setup-errors.test.ts',
  DECLARATION_FAILED: 'test/vitest/setup-errors.test.ts',
  DECLARATION_MISSING: 'test/vitest/setup-errors.test.ts',
  NO_PORTS_LEFT: 'test/ports/loopback.test.ts',
  PLUGIN_IDLE: 'test/vitest/projects.test.ts',
  // Nobody waits for its minute: the source itself.
  RECORDING_LOCKED: 'src/recording/lock.ts',
}

test.for(Object.entries(provokedIn))(
  'what the document shows for %s is what %s has',
  ([code, path]) => {
    const recording = '/project/github.har'
    const text = read(path).replaceAll('${lock}', `${recording}.lock`)
    expect(text.replaceAll('${file}', recording)).toContain(inOneLine(documented.get(code)!))
  },
)

test('the message of each code in the document is one that was seen', () => {
  const seen = [...Object.keys(provocations), ...Object.keys(provokedIn)]
  expect(seen.toSorted()).toEqual([...documented.keys()])
})
