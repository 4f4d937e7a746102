import { LOOPBACK, LOOPBACK_6 } from '../ports/loopback.ts'
import { isLoopbackName } from '../propagate/loopback.ts'
import { hostName } from '../wire/hosts.ts'

/** A port of this machine, as somebody means to ask it. */
export interface Endpoint {
  /** As it was written. */
  readonly text: string
  /** In lower case, and without brackets. */
  readonly host: string
  readonly port: number
  /** `http`, `postgres`; undefined where nothing is said. */
  readonly scheme: string | undefined
}

/** IANA's, and what the drivers of databases take. */
const USUAL_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  ws: 80,
  https: 443,
  wss: 443,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  redis: 6379,
  mongodb: 27_017,
  amqp: 5672,
}

const ADDRESS =
  /(?:([a-z][\w+.-]*):\/\/(?:[^\s"'/@<>]*@)?)?((?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0)(?::(\d{1,5}))?(?![\w.:-])/gi

/** The ports of this machine that a text names, each once. */
export function endpointsIn(text: string): Endpoint[] {
  const found = [...text.matchAll(ADDRESS)].flatMap(([whole, scheme, authority, digits]) => {
    const port = digits === undefined ? USUAL_PORTS[scheme?.toLowerCase() ?? ''] : Number(digits)
    if (port === undefined || port < 1 || port > 65_535) return []
    return [
      {
        text: withoutCredentials(whole),
        host: hostOf(authority!),
        port,
        scheme: scheme?.toLowerCase(),
      },
    ]
  })
  return [...new Map(found.map((one) => [`${one.scheme}://${one.host}:${one.port}`, one])).values()]
}

/** Whether a text is the name or an address of this machine. */
export function isOwnHost(text: string): boolean {
  const host = hostName(text.trim())
  return isLoopbackName(host) || host === '0.0.0.0'
}

/** The address under which an endpoint is asked; `0.0.0.0` is a place to listen, and means loopback here. */
export function hostOf(authority: string): string {
  const host = hostName(authority.trim())
  return host === '0.0.0.0' ? LOOPBACK : host
}

/** The addresses that a host stands for. */
export function addressesOf({ host }: Endpoint): string[] {
  const isName = host !== LOOPBACK_6 && !host.startsWith('127.')
  return isName ? [LOOPBACK, LOOPBACK_6] : [host]
}

/** A URL, or what is left of one without its scheme, as it may be shown. */
export function withoutCredentials(text: string): string {
  return text.replace(/^([a-z][\w+.-]*:\/\/)?[^@/]*@/i, '$1…@')
}
