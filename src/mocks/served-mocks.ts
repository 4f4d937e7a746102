import { packageFolder } from './declaration.ts'
import type { MockApi } from './mock-api.ts'
import type { RunningSet } from './running-set.ts'
import type { Service } from './service-definition.ts'
import { filesOfDeclaration, loadDeclaration } from './load-declaration.ts'

/** The mocks of a declaration, which may be loaded again while they are served. */
export interface ServedMocks {
  /** The file of the declaration. */
  readonly file: string
  readonly running: RunningSet
  /** In the order of the declaration. */
  readonly apis: readonly ServedApi[]
  readonly services: readonly ServedService[]
  /** The address at which other machines reach them, too. */
  readonly host: string | undefined
  /** What they are made of: when one of these changes, they are not what is declared. */
  readonly files: readonly string[]
}

/** An API that is served. */
interface ServedApi {
  readonly api: MockApi
  /** The variables that have its URL. */
  readonly envNames: readonly string[]
}

/** A service that runs beside them. */
interface ServedService {
  readonly service: Service
  /** The variables that have its URL. */
  readonly envNames: readonly string[]
}

/**
 * Serves a declaration.
 *
 * @param path as `loadDeclaration()` takes it
 * @param host the address at which other machines reach the mocks, too
 * @param before what was served until now: its ports stay, and it goes on when this throws
 * @throws as `loadDeclaration()` and `start()` of the declaration do
 */
export async function serveMocks(
  path: string | undefined,
  host: string | undefined,
  before?: RunningSet,
): Promise<ServedMocks> {
  const { declaration, file } = await loadDeclaration(path)
  const options = { env: false, root: packageFolder(file) }
  const surroundings = { host, ...(before !== undefined && { before }) }
  const running = await declaration.startIn(surroundings, options)
  const apis = declaration.names.map((name) => ({
    api: running.apis[name]!,
    envNames: declaration.envNames(name),
  }))
  const services = declaration.serviceNames.map((name) => ({
    service: running.services[name]!,
    envNames: declaration.envNames(name),
  }))
  return { file, host, running, apis, services, files: [...filesOfDeclaration(), ...running.files] }
}
