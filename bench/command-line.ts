import { parseArgs } from 'node:util'
import type { Plan } from './measurement.ts'
import { installPeers, javaVersion } from './peers.ts'
import { isPeer, SERVER_NAMES, type ServerName } from './servers/kinds.ts'

const USAGE = `npm run bench -- [NAME…] [--servers NAME,…] [--rounds COUNT] [--json]

  NAME       what to measure; everything by default, which also writes bench/results.md
  --servers  whom to compare mockberth with, besides raw node:http; all by default
  --rounds   how many rounds to measure, in place of as many as are usual
  --json     prints the figures for programs
  --help     prints this, and the names`

/** What the command line asks for. */
export interface Wanted {
  readonly names: readonly string[]
  readonly plan: Plan
  readonly isJson: boolean
  /** Whether everything is measured, as it is usually. */
  readonly isWhole: boolean
}

/** Reads the command line; ends the process where there is something wrong with it. */
export function commandLine(measurements: readonly string[]): Wanted {
  const { values, positionals } = parsed()
  if (values.help) {
    console.log(`${USAGE}\n\nmeasurements: ${measurements.join(', ')}`)
    console.log(`servers: ${SERVER_NAMES.join(', ')}`)
    process.exit(0)
  }
  refuseUnknown('measurement', positionals, measurements)
  const compared = values.servers?.split(',') ?? SERVER_NAMES
  refuseUnknown('server', compared, SERVER_NAMES)
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
    refuse(`--rounds takes a count from 1, not ${values.rounds}`)
  }
  const names = SERVER_NAMES.filter((name) => !isPeer(name) || compared.includes(name))
  let ready: readonly ServerName[] | undefined
  return {
    names: measurements.filter((name) => positionals.length === 0 || positionals.includes(name)),
    isJson: values.json,
    isWhole: positionals.length === 0 && values.servers === undefined && rounds === undefined,
    plan: {
      rounds: (usual) => rounds ?? usual,
      servers: async () => (ready ??= readyServers(names)),
    },
  }
}

/** Those that can be measured here. */
function readyServers(names: readonly ServerName[]): readonly ServerName[] {
  if (!names.some(isPeer)) return names
  try {
    installPeers()
  } catch (error) {
    console.error(`no peers are measured: ${(error as Error).message}`)
    return names.filter((name) => !isPeer(name))
  }
  if (!names.includes('WireMock') || javaVersion() !== undefined) return names
  console.error('WireMock is not measured: there is no java on the PATH that runs')
  return names.filter((name) => name !== 'WireMock')
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        servers: { type: 'string' },
        rounds: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    return refuse((error as Error).message)
  }
}

function refuseUnknown(what: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) refuse(`no ${what} ${unknown.join(', ')}; there are ${known.join(', ')}`)
}

function refuse(message: string): never {
  console.error(`${message}\n\n${USAGE}`)
  process.exit(1)
}
