import { pathToFileURL } from 'node:url'
import { MockberthError } from '../errors.ts'
import type { ProcessOptions } from '../process/options.ts'

/** A service that is in order, in a form that can be handed to another process. */
export interface ServicePlan {
  readonly name: string
  /** Where it is reached, with placeholders. */
  readonly url: string | undefined
  /** The folder with whose content its own begins. */
  readonly template: string | undefined
  /** Undefined for what is a folder alone. */
  readonly process: ProcessOptions | undefined
}

/** The services of a declaration as a text, the same for the same services. */
export function plansToText(plans: readonly ServicePlan[]): string {
  return JSON.stringify(
    plans.map((plan) => ({ ...plan, process: plan.process && writable(plan.process) })),
  )
}

/** The services of such a text. */
export function plansOfText(text: string): ServicePlan[] {
  return (JSON.parse(text) as WrittenPlan[]).map((plan) => ({
    name: plan.name,
    url: plan.url,
    template: plan.template,
    process: plan.process && readable(plan.process),
  }))
}

interface WrittenProcess extends Omit<ProcessOptions, 'env' | 'ready'> {
  /** `null` takes a name away. */
  readonly env: readonly (readonly [string, string | null])[]
  readonly ready: Exclude<ProcessOptions['ready'], { readonly output: RegExp }> | WrittenOutput
}

interface WrittenOutput {
  readonly output: { readonly source: string; readonly flags: string }
}

interface WrittenPlan extends Omit<ServicePlan, 'process'> {
  readonly process: WrittenProcess | undefined
}

function writable({ env = {}, ready, ...others }: ProcessOptions): WrittenProcess {
  return {
    ...others,
    env: Object.entries(env).map(([name, text]) => [name, text ?? null]),
    ready:
      typeof ready === 'object' && 'output' in ready
        ? { output: { source: ready.output.source, flags: ready.output.flags } }
        : ready,
  }
}

function readable({ env, ready, ...others }: WrittenProcess): ProcessOptions {
  return {
    ...others,
    env: Object.fromEntries(env.map(([name, text]) => [name, text ?? undefined])),
    ready:
      typeof ready === 'object' && 'output' in ready
        ? { output: new RegExp(ready.output.source, ready.output.flags) }
        : ready,
  }
}

/** Where a service has its files. */
export type FolderOf = (service: string) => string

/** What begins with `$` belongs to a shell or a script. */
export const PLACEHOLDER: RegExp = /(?<!\$)\{(?:([A-Za-z_$][\w$-]*)\.)?(port|data|url)\}/g

/**
 * A plan with folders in the place of `{data}`, and what `url` says in that of `{url}`, its own and
 * those of other services; ports are for who starts it to fill in.
 *
 * @throws `INVALID_OPTION` for a service that is not there, the port of one that has none, and a URL in
 * a URL
 */
export function withFolders(
  plan: ServicePlan,
  plans: readonly ServicePlan[],
  folderOf: FolderOf,
): ServicePlan {
  const { process: options } = plan
  refuseUrlIn(plan)
  const fill = (text: string): string => fillIn(text, plan, plans, folderOf)
  const filledEnv = Object.entries(options?.env ?? {}).map(([name, text]) => [
    name,
    text === undefined ? undefined : fill(text),
  ])
  return {
    ...plan,
    url: plan.url === undefined ? undefined : fill(plan.url),
    process: options && {
      ...options,
      command:
        typeof options.command === 'string'
          ? fill(options.command)
          : (options.command.map(fill) as [string, ...string[]]),
      env: Object.fromEntries(filledEnv) as Record<string, string | undefined>,
      ready:
        typeof options.ready === 'object' && 'url' in options.ready
          ? { ...options.ready, url: fill(options.ready.url) }
          : options.ready,
    },
  }
}

/** It would lead in circles. */
function refuseUrlIn({ name, url = '' }: ServicePlan): void {
  const found = [...url.matchAll(PLACEHOLDER)].find(([, , what]) => what === 'url')
  if (found === undefined) return
  throw new MockberthError(
    'INVALID_OPTION',
    `the service ${name}: url has ${found[0]}; it takes {port} and {data}, its own and those of other services.`,
  )
}

function fillIn(
  text: string,
  plan: ServicePlan,
  plans: readonly ServicePlan[],
  folderOf: FolderOf,
): string {
  return text.replaceAll(PLACEHOLDER, (placeholder, name: string | undefined, what: string) => {
    const meant = name === undefined ? plan : plans.find((each) => each.name === name)
    if (meant === undefined) {
      const names = plans.map((each) => each.name).join(', ')
      throw new MockberthError(
        'INVALID_OPTION',
        `the service ${plan.name} names ${placeholder}, but no service of that name is declared; there are ${names}.`,
      )
    }
    if (what === 'data') return folderOf(meant.name)
    if (what === 'port') {
      if (meant.process === undefined) throw portOfFolder(plan, placeholder, name)
      // It is known when it starts.
      return placeholder
    }
    const url = meant.url ?? defaultUrl(meant, folderOf)
    const qualified = url
      .replaceAll('{port}', name === undefined ? '{port}' : `{${name}.port}`)
      .replaceAll('{data}', folderOf(meant.name))
    return fillIn(qualified, meant, plans, folderOf)
  })
}

function defaultUrl({ name, process }: ServicePlan, folderOf: FolderOf): string {
  return process === undefined ? pathToFileURL(folderOf(name)).href : 'http://127.0.0.1:{port}'
}

function portOfFolder(
  { name }: ServicePlan,
  placeholder: string,
  other: string | undefined,
): MockberthError {
  return new MockberthError(
    'INVALID_OPTION',
    `the service ${name} names ${placeholder}, but ${other ?? 'it'} has no command, and so no port. Name {data} in its place.`,
  )
}
