import { delimiter, dirname, join } from 'node:path'
import type { ProcessPlan } from './options.ts'
import { fillIn, type Ports } from './placeholders.ts'

/**
 * In the environment of a process and all that it starts: the marks by which they are found when
 * they have left their tree. Those of the processes around it come first.
 */
const MARK_VARIABLE = 'MOCKBERTH_APP'

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1']

/** The environment of a process with a port: that of this one, its port, and what is declared for it. */
export function environmentOf(plan: ProcessPlan, ports: Ports, mark: string): NodeJS.ProcessEnv {
  const port = ports.get(plan.name)
  const declared = Object.entries(plan.env).map(([name, text]) => [
    name,
    text === undefined ? undefined : fillIn(text, plan, `env.${name}`, ports),
  ])
  return markedEnvironment(
    { PORT: String(port ?? 0), ...Object.fromEntries(declared) },
    mark,
    plan.cwd,
  )
}

/**
 * The environment of a process: that of this one and more, with the mark of its tree, and the mocks kept
 * from proxies. Programs of packages are found as from a script of npm, also where an editor has started
 * the tests.
 *
 * @param cwd the folder in which it runs
 */
export function markedEnvironment(
  more: Readonly<Record<string, string | undefined>>,
  mark: string,
  cwd: string = process.cwd(),
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ...withPackagesOf(cwd), ...more }
  const noProxy = withLoopback(env.NO_PROXY ?? env.no_proxy)
  const marks = [process.env[MARK_VARIABLE], mark].filter(Boolean).join()
  return { ...env, NO_PROXY: noProxy, no_proxy: noProxy, [MARK_VARIABLE]: marks }
}

/** `node_modules/.bin` of a folder and of those around it, before what is on the PATH. */
function withPackagesOf(cwd: string): NodeJS.ProcessEnv {
  const name = Object.keys(process.env).find((each) => each.toUpperCase() === 'PATH') ?? 'PATH'
  const folders: string[] = []
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.push(join(folder, 'node_modules/.bin'))
    if (folder === dirname(folder)) break
  }
  const path = process.env[name]
  return { [name]: [...folders, ...(path === undefined ? [] : [path])].join(delimiter) }
}

/** Programs read one of the two spellings, or both; what a proxy is asked for would never arrive. */
function withLoopback(names = ''): string {
  const known = names
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  return [...known, ...LOOPBACK_NAMES.filter((name) => !known.includes(name))].join()
}
