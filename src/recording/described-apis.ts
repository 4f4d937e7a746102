import type { Address } from '../contract/index.ts'
import { listOf, type HarLog } from './har.ts'

/** What a HAR of ours says about an API, beside its traffic. */
export interface DescribedApi {
  readonly name: string
  /** That of the URLs of its entries. */
  readonly origin: string
  /** What its variables hold, with `{url}` and `{port}` in place of those of the mock. */
  readonly env: Readonly<Record<string, string>>
  /** `links` where replies led to the mock, and are to do so again; else they stay as they were. */
  readonly rewriteUrls: 'links' | false
}

/** What a HAR says about the APIs that it is of; nothing where others wrote it. */
export function readDescribedApis({ _apis }: HarLog): DescribedApi[] {
  const described = listOf(_apis as readonly Partial<DescribedApi>[] | undefined)
  return described.flatMap(({ name, origin, env, rewriteUrls }) =>
    typeof name === 'string' && typeof origin === 'string'
      ? { name, origin, env: readEnv(env), rewriteUrls: rewriteUrls === false ? false : 'links' }
      : [],
  )
}

/** The variables of a mock, so that another can have them. */
export function envOf(
  env: Readonly<Record<string, string>>,
  { url, port }: Address,
): Record<string, string> {
  return mapValues(env, (value) =>
    value.replaceAll(url, '{url}').replaceAll(new RegExp(`\\b${port}\\b`, 'g'), '{port}'),
  )
}

/** The variables as they are for another mock. */
export function envFor({ env }: DescribedApi, { url, port }: Address): Record<string, string> {
  return mapValues(env, (value) =>
    value.replaceAll('{url}', url).replaceAll('{port}', String(port)),
  )
}

/** It may be of anybody: what is no variable, or more than a line, is left out. */
function readEnv(env: unknown): Record<string, string> {
  const entries = Object.entries(Object(env) as Record<string, unknown>)
  return Object.fromEntries(
    entries.filter(
      (entry): entry is [string, string] =>
        /^[A-Za-z_]\w*$/.test(entry[0]) &&
        typeof entry[1] === 'string' &&
        !/\p{Cc}/u.test(entry[1]),
    ),
  )
}

function mapValues(
  values: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]))
}
