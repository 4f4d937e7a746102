import { resolve } from 'node:path'
import { describeError } from '../errors.ts'
import { givenNames } from '../mocks/environment.ts'
import { followDeclaration, type FollowedMocks } from '../mocks/follow-declaration.ts'
import { loadDeclaration } from '../mocks/load-declaration.ts'
import { processWide } from '../mocks/process-wide.ts'
import { serveMocks, type ServedMocks } from '../mocks/served-mocks.ts'
import { watchOnly } from '../mocks/watch-only.ts'
import { inColumns } from '../report/columns.ts'

/** What of Vite's dev server is used here. */
export interface DevServer {
  readonly config: { readonly logger: Logger }
  restart(): Promise<void>
}

type Logger = Readonly<Record<'info' | 'warn' | 'error', (text: string) => void>>

/** The mocks of a dev server. */
export interface DevMocks {
  /** What Vite puts in place of `import.meta.env.NAME`, in pages too. */
  readonly define: Readonly<Record<string, string>>
  /** The server is there: its log says what happens, and the declaration is followed. */
  attach(server: DevServer): void
  /** The server has ended. What another one has taken over goes on. */
  close(): Promise<void>
}

/** What is served, and for whom. Vite starts anew within its process, and ends what it was before afterwards. */
interface Tenancy {
  tenant: object
  mocks: ServedMocks
  readonly envBefore: Map<string, string | undefined>
}

const tenancies = processWide('dev servers', () => new Map<string, Tenancy>())

/**
 * Starts the mocks of a dev server, with their URLs in `process.env`, or takes over those of the server
 * whose place it takes, with their ports. Where the server was started with mocks, by a test worker, a
 * hub or `mockberth run`, it has those.
 *
 * @param path of the declaration, from `root`
 * @throws as `serveMocks()` does
 */
export async function startDevMocks(root: string, path: string): Promise<DevMocks> {
  const file = resolve(root, path)
  const given = await givenMocks(file)
  if (given !== undefined) return given
  const tenant = {}
  const before = tenancies.get(file)
  const tenancy: Tenancy = {
    tenant,
    mocks: await serveMocks(file, undefined, before?.mocks.running),
    envBefore: before?.envBefore ?? new Map(),
  }
  tenancies.set(file, tenancy)
  putEnv(tenancy)
  let followed: FollowedMocks | undefined
  return {
    define: definesOf(tenancy.mocks.running.env),
    attach(server) {
      const { logger } = server.config
      logger.info(headingOf(tenancy.mocks))
      sayMisses(tenancy.mocks, logger)
      followed = followDeclaration(tenancy.mocks, {
        async replaced(mocks) {
          const isOther = headingOf(mocks) !== headingOf(tenancy.mocks)
          tenancy.mocks = mocks
          putEnv(tenancy)
          sayMisses(mocks, logger)
          // Pages and modules have the names and URLs from when they were loaded.
          if (isOther) await server.restart()
        },
        failed: (error, still) => logger.error(`mockberth: ${describeError(error)}\n${still}`),
        died: ({ message }) => logger.error(`mockberth: ${message}\n`),
      })
    },
    async close() {
      await followed?.leave()
      if (tenancies.get(file)?.tenant !== tenant) return
      tenancies.delete(file)
      restoreEnv(tenancy.envBefore)
      await (followed?.current ?? tenancy.mocks).running.stop()
    },
  }
}

/** Mocks of whoever started this process, if all of them have their URLs from there. */
async function givenMocks(file: string): Promise<DevMocks | undefined> {
  const given = givenNames()
  if (given.length === 0) return undefined
  const { declaration } = await loadDeclaration(file)
  const names = [...declaration.names, ...declaration.serviceNames].flatMap(declaration.envNames)
  if (names.length === 0 || !names.every((name) => given.includes(name))) return undefined
  const env = Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']))
  const rows = Object.entries(env).map(([name, value]) => `  ${name}=${value}`)
  return {
    define: definesOf(env),
    attach: ({ config }) =>
      config.logger.info(['mockberth: the mocks of what started this server', ...rows].join('\n')),
    close: async () => {},
  }
}

function definesOf(env: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(env)
  return Object.fromEntries(
    entries.map(([name, value]) => [`import.meta.env.${name}`, JSON.stringify(value)]),
  )
}

function putEnv({ mocks, envBefore }: Tenancy): void {
  const { env } = mocks.running
  restoreEnv([...envBefore].filter(([name]) => !(name in env)))
  for (const [name, value] of Object.entries(env)) {
    if (!envBefore.has(name)) envBefore.set(name, process.env[name])
    process.env[name] = value
  }
}

function restoreEnv(before: Iterable<readonly [string, string | undefined]>): void {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}

function sayMisses({ running }: ServedMocks, logger: Logger): void {
  watchOnly(running, () => {
    for (const { explanation } of running.scope.unhandled.splice(0)) {
      logger.warn(`mockberth: ${explanation}\n`)
    }
  })
}

function headingOf({ apis, services, running }: ServedMocks): string {
  const rowOf = (name: string, envNames: readonly string[]): string[] => [
    name,
    ...envNames.map((variable) => `${variable}=${running.env[variable]}`),
  ]
  const rows = [
    ...apis.map(({ api, envNames }) => rowOf(api.name, envNames)),
    ...services.map(({ service, envNames }) => rowOf(service.name, envNames)),
  ]
  return ['mockberth serves', ...inColumns(rows, ['left'])].join('\n')
}
