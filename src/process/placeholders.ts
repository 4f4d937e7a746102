import { authorityOf } from '../wire/hosts.ts'
import { MockberthError } from '../errors.ts'
import type { ProcessPlan } from './options.ts'

/** Where processes that are started together will listen, by name. */
export type Ports = ReadonlyMap<string, number | undefined>

/** `{port}`, `{url}`, `{name.port}`, `{name.url}`; what begins with `$` belongs to a shell or a script. */
const PLACEHOLDER = /(?<!\$)\{(?:([A-Za-z_$][\w$-]*)\.)?(port|url)\}/g

/**
 * Puts ports and URLs in the place of their placeholders.
 *
 * @param option where the text stands, for messages
 * @throws `INVALID_OPTION` for a name that is not there, and a port that nobody knows yet
 */
export function fillIn(text: string, plan: ProcessPlan, option: string, ports: Ports): string {
  return text.replaceAll(PLACEHOLDER, (placeholder, name: string | undefined, what: string) => {
    const port = ports.get(name ?? plan.name)
    if (port === undefined) throw unknownPort(placeholder, name, plan, option, ports)
    return what === 'port' ? String(port) : urlAt(port)
  })
}

/** The URL of a port on this machine. */
export function urlAt(port: number, host = '127.0.0.1'): string {
  return `http://${authorityOf(host, port)}`
}

function unknownPort(
  placeholder: string,
  name: string | undefined,
  { where }: ProcessPlan,
  option: string,
  ports: Ports,
): MockberthError {
  const others = [...ports.keys()].filter((each) => each !== '')
  const known = others.length === 0 ? '' : `; there are ${others.join(', ')}`
  const problem =
    name !== undefined && !ports.has(name)
      ? `no process of that name is started with it${known}.`
      : `${name ?? 'it'} chooses its own port, which is not known before it runs. Leave out its port: false, and let it listen on PORT.`
  return new MockberthError(
    'INVALID_OPTION',
    `${where}: ${option} has ${placeholder}, but ${problem}`,
  )
}
