import { errorWithoutStack } from '../errors.ts'

interface PluginLike {
  readonly name?: string
}

interface ProjectLike {
  readonly extends?: string | boolean
  readonly plugins?: readonly unknown[]
}

/** What of Vitest's configuration says which projects there are. */
interface RootTestConfig {
  /** What `--project` asks for. */
  readonly project?: string | readonly string[]
  readonly projects?: readonly unknown[]
  /** Vitest 5 and later, and only in the config at the root. */
  readonly resolvedProjects?: readonly {
    readonly viteConfig: { readonly plugins: readonly PluginLike[] }
  }[]
}

/**
 * A plugin in a config that no project extends is never asked to configure one: all tests would
 * run without mocks, and nobody would know why.
 *
 * @throws `PLUGIN_IDLE`
 */
export function refuseIdleRoot(plugin: string, config: unknown): void {
  const { project = [], projects, resolvedProjects } = (config ?? {}) as RootTestConfig
  if (projects === undefined || projects.length === 0 || project.length > 0) return
  const isOurs = (candidate: unknown): boolean => (candidate as PluginLike)?.name === plugin
  const reached =
    resolvedProjects?.some(({ viteConfig }) => viteConfig.plugins.some(isOurs)) ??
    projects.some((entry) => mayHave(entry, isOurs))
  if (reached) return
  throw errorWithoutStack(
    'PLUGIN_IDLE',
    'the plugin mockberth() in this config reaches none of its projects, so none of them would have mocks. Give it to the projects that need it, or let them extend this config with extends: true.',
  )
}

/** Before Vitest 5 an inline project has what it lists and extends; of others nothing is known. */
function mayHave(entry: unknown, isOurs: (candidate: unknown) => boolean): boolean {
  if (typeof entry !== 'object' || entry === null || entry instanceof Promise) return true
  const { extends: base, plugins = [] } = entry as ProjectLike
  return (
    Boolean(base) ||
    plugins.flat().some((candidate) => candidate instanceof Promise || isOurs(candidate))
  )
}
