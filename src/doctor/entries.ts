import { extname } from 'node:path'
import { parseEnv } from 'node:util'
import { endpointsIn, hostOf, isOwnHost, type Endpoint } from './endpoint.ts'

/** A place of a file that names a port of this machine. */
export interface Entry {
  /** `GITHUB_API_URL`, `services.db.port` */
  readonly place: string
  readonly endpoint: Endpoint
}

/**
 * What a file names: URLs and `host:port` in any text of it, and hosts and ports that stand beside each
 * other (`DB_HOST`, `DB_PORT`).
 *
 * @throws what a parser says of a file that is not what its name says
 */
export async function entriesOf(file: string, text: string): Promise<Entry[]> {
  const tree = await parse(file, text)
  return [...entriesIn(tree, [])]
}

async function parse(file: string, text: string): Promise<unknown> {
  switch (extname(file).toLowerCase()) {
    case '.json':
    case '.jsonc':
    case '.yaml':
    case '.yml': {
      const { parse: parseYaml } = await import('yaml')
      return parseYaml(withoutComments(file, text))
    }
    case '.toml': {
      const { parse: parseToml } = await import('smol-toml')
      return parseToml(text)
    }
    default:
      return parseEnv(text)
  }
}

/** What some programs let stand in JSON, and YAML has not. */
function withoutComments(file: string, text: string): string {
  return /\.jsonc?$/i.test(file) ? text.replaceAll(/^\s*\/\/.*$/gm, '') : text
}

function* entriesIn(value: unknown, path: readonly string[]): Generator<Entry> {
  if (typeof value === 'string') {
    for (const endpoint of endpointsIn(value)) yield { place: path.join('.'), endpoint }
  } else if (typeof value === 'object' && value !== null) {
    yield* pairsIn(value, path)
    for (const [key, part] of Object.entries(value)) yield* entriesIn(part, [...path, key])
  }
}

const HOST = /host(?:_?name)?$|address$/i

/** A host, and the port that stands beside it under a name of the same kind. */
function* pairsIn(table: object, path: readonly string[]): Generator<Entry> {
  const values = new Map(Object.entries(table).map(([key, value]) => [key.toLowerCase(), value]))
  for (const [key, host] of Object.entries(table)) {
    if (typeof host !== 'string' || !HOST.test(key) || !isOwnHost(host)) continue
    const portKey = key.replace(HOST, 'port').toLowerCase()
    const port = Number(values.get(portKey) ?? Number.NaN)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) continue
    const endpoint = { text: `${host}:${port}`, host: hostOf(host), port, scheme: undefined }
    yield { place: [...path, key].join('.'), endpoint }
  }
}
