import type { DescribedApi } from '../recording/described-apis.ts'
import type { Recording } from '../recording/load.ts'
import { refused } from '../recording/refusal.ts'

/** An API that is served from a HAR. */
export interface ServedApi extends DescribedApi {
  /** How many entries it has. */
  readonly entries: number
}

/** More than these ask for more ports than a machine likes to give. */
const MOST = 1000

/**
 * The APIs that a HAR describes, and one for each other origin of its entries.
 *
 * @throws `RECORDING_TOO_LARGE`
 */
export function servedApis({ file, entries, apis }: Recording): ServedApi[] {
  const counts = new Map<string, number>()
  for (const { request } of entries) {
    counts.set(request.url.origin, (counts.get(request.url.origin) ?? 0) + 1)
  }
  const described = apis.filter(({ origin }) => isOrigin(origin))
  const known = new Set(described.map(({ origin }) => origin))
  const others = [...counts.keys()].filter((origin) => !known.has(origin))
  const all = [...described, ...others.map(undescribed)]
  if (all.length > MOST) throw refused(file, `is of ${all.length} APIs`, `${MOST} of them`)
  const taken = new Set<string>()
  return all.map((api) => {
    const { origin, env, rewriteUrls } = api
    const name = nameFor(api, taken)
    return { name, origin, env, rewriteUrls, entries: counts.get(origin) ?? 0 }
  })
}

function undescribed(origin: string): DescribedApi {
  return { name: '', origin, env: {}, rewriteUrls: 'links' }
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.parse(text)?.origin === text
}

/** Its own, or else one that is made of its host; no other has it. */
function nameFor({ name, origin }: DescribedApi, taken: Set<string>): string {
  const isName = /^[A-Za-z_$][\w$-]{0,63}$/.test(name) && name !== '__proto__'
  const wanted = isName ? name : nameOfHost(new URL(origin).host)
  let free = wanted
  for (let number = 2; taken.has(free); number++) free = `${wanted}-${number}`
  taken.add(free)
  return free
}

/** `api.github.com` → `api-github-com` */
function nameOfHost(host: string): string {
  const name = host.replaceAll(/[^\w-]+/g, '-').replaceAll(/^-+|-+$/g, '')
  return /^[A-Za-z_]/.test(name) ? name : `host-${name}`
}
