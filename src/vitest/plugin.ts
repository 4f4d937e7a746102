import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ConfigEnv, ViteUserConfig } from 'vitest/config'
import type { TestProject, Vitest } from 'vitest/node'
import { errorWithoutStack, MockberthError } from '../errors.ts'
import type { DevMocks, DevServer } from '../vite/dev-mocks.ts'
import { ALL_TESTS_VARIABLE } from '../run/run.ts'
import { checkDeclaration } from './check-declaration.ts'
import { refuseIdleRoot } from './idle-root.ts'
import { ATTACHMENTS_KEY, DECLARATION_KEY } from './provided.ts'
import { createRunOwner, type RunOwner } from './run-owner.ts'

const NAME = 'mockberth'
const SETUP_FILE = fileURLToPath(new URL('./setup.js', import.meta.url))

/** A plugin for Vite, with and without Vitest. */
export interface MockberthPlugin {
  readonly name: 'mockberth'
  readonly enforce: 'pre'
}

/**
 * Boots the declared mocks where they are needed; their URLs are in `process.env` and `import.meta.env`
 * even for code that reads them at import.
 *
 * - In Vitest: in each worker, before any setup file or test file of yours is evaluated, and never in the
 *   main process. Before each test, overrides and journal are reset; a test that makes a request which
 *   nothing answers fails.
 * - In `vite dev`: once, until the server ends. When the declaration changes, what is declared is served
 *   in its place, on the same ports.
 * - In `vite build` and `vite preview`: nowhere.
 *
 * @param declaration path of the file whose default export is a declaration, relative to the
 * project's root, or else to Vitest's
 * @throws when Vitest starts: `DECLARATION_MISSING`, `DECLARATION_FAILED`, `DECLARATION_INVALID`,
 * `BROWSER_MODE_UNSUPPORTED`, `PLUGIN_IDLE`, and what is wrong in the declaration itself
 */
export function mockberth(declaration: string): MockberthPlugin {
  if (typeof declaration !== 'string' || declaration === '') {
    throw new MockberthError(
      'INVALID_OPTION',
      `mockberth(): declaration got ${JSON.stringify(declaration) ?? String(declaration)}; it takes the path of a declaration: mockberth('./fixtures/mocks.ts').`,
    )
  }
  let dev: DevMocks | undefined
  const plugin = {
    name: NAME,
    // Before Vitest keeps the options that projects inherit when they share the server.
    enforce: 'pre',
    config: {
      order: 'pre',
      async handler(config: ViteUserConfig, env: ConfigEnv) {
        if (isVitest(config)) return inlineSetupFile(config)
        if (env.command !== 'serve' || env.isPreview === true) return {}
        const { startDevMocks } = await import('../vite/dev-mocks.ts')
        dev = await startDevMocks(config.root ?? process.cwd(), declaration)
        return { define: dev.define }
      },
    },
    configureServer(server: DevServer & { config: { test?: unknown } }) {
      if (dev === undefined) refuseIdleRoot(NAME, server.config.test)
      else dev.attach(server)
    },
    closeBundle: () => dev?.close(),
    async configureVitest({ project, vitest }: { project: TestProject; vitest: Vitest }) {
      // No test runs then: what is shown has run, in shards, where the declaration was looked at.
      if (vitest.config.mergeReports !== undefined) return
      // A project that inherits one and has its own means its own, which comes last.
      const plugins = project.vite.config.plugins as readonly { name: string }[]
      if (plugins.findLast(({ name }) => name === NAME) !== plugin) return
      if (project.config.browser.enabled) throw browserModeUnsupported(project)
      const file = findDeclaration(declaration, project.config.root, vitest.config.root)
      const { recordings, hasServices } = await checkDeclaration(project, file)
      project.config.setupFiles.unshift(SETUP_FILE)
      // In parallel, the setup files of others would read env before the mocks are up.
      project.config.sequence.setupFiles = 'list'
      // A test that is left out for the sake of another asks for nothing.
      if (process.env[ALL_TESTS_VARIABLE] !== undefined) project.config.allowOnly = false
      project.provide(DECLARATION_KEY as never, file as never)
      project.provide(ATTACHMENTS_KEY as never, project.config.attachmentsDir as never)
      if (recordings.length > 0) ownRuns(vitest).provideRun(project)
      if (hasServices) ownRuns(vitest).provideServices(project)
      vitest.config.forceRerunTriggers.push(...[file, ...recordings].map(toSlashes))
    },
  }
  return plugin as typeof plugin & MockberthPlugin
}

/** Vitest says so in its environment, and has plugins of its own in the config. */
function isVitest({ plugins = [] }: ViteUserConfig): boolean {
  const names = plugins.flat().map((plugin) => (plugin as { name?: unknown } | null)?.name)
  return process.env.VITEST !== undefined || names.includes('vitest')
}

const owners = new WeakMap<Vitest, RunOwner>()

/** What owns the runs of a Vitest, however many projects and plugins it has. */
function ownRuns(vitest: Vitest): RunOwner {
  const known = owners.get(vitest)
  if (known !== undefined) return known
  const owner = createRunOwner(vitest)
  owners.set(vitest, owner)
  vitest.config.reporters.push(owner as never)
  return owner
}

/**
 * Vitest would hand the setup file to Node as it is, and Node would load a second copy of the
 * declaration, without the project's aliases and transforms.
 */
function inlineSetupFile(config: ViteUserConfig): object {
  if (config.test?.server?.deps?.inline === true) return {}
  const path = toSlashes(SETUP_FILE).replaceAll(/[$()*+.?[\]^{|}]/g, String.raw`\$&`)
  return { test: { server: { deps: { inline: [new RegExp(`${path}$`)] } } } }
}

function findDeclaration(declaration: string, projectRoot: string, root: string): string {
  const file = resolve(projectRoot, declaration)
  const shared = resolve(root, declaration)
  const found = [file, shared].find((path) => existsSync(path))
  if (found !== undefined) return found
  throw errorWithoutStack(
    'DECLARATION_MISSING',
    `there is no file ${file}${shared === file ? '' : ` (nor ${shared})`}. mockberth() in the Vitest config takes the path of a declaration, relative to the project's root: mockberth('./fixtures/mocks.ts').`,
  )
}

function browserModeUnsupported(project: TestProject): MockberthError {
  const name = project.name === '' ? 'this project' : `the project ${JSON.stringify(project.name)}`
  return errorWithoutStack(
    'BROWSER_MODE_UNSUPPORTED',
    `${name} runs its tests in a browser, where no server can listen. Give mockberth() to projects that run in Node only; a browser project that extends a config which has it needs extends: false.`,
  )
}

function toSlashes(path: string): string {
  return path.replaceAll('\\', '/')
}
