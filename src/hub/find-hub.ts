import { realpathSync } from 'node:fs'
import { inColumns } from '../report/columns.ts'
import { MockberthError } from '../errors.ts'
import { findHubs, HUB_VARIABLE, readHub, type FoundHub } from './announced.ts'

/** What is known of the hub that a worker looks for. */
export interface Wanted {
  /** The package of the tests. */
  readonly folder: string
  /** The names of the APIs. */
  readonly apis: readonly string[]
}

/**
 * Finds the hub of this process: the one that `MOCKBERTH_HUB` names; else the one that came out of the
 * same process as this one, as a runner starts both; else the one for the same package.
 *
 * @throws `HUB_MISSING`, `HUB_AMBIGUOUS`, `HUB_FOLDER_UNSAFE`
 */
export async function findHub(wanted: Wanted): Promise<FoundHub> {
  const named = process.env[HUB_VARIABLE]
  if (named !== undefined && named !== '') {
    const hub = await readHub(named)
    if (hub !== undefined) return hub
    throw new MockberthError(
      'HUB_MISSING',
      `${HUB_VARIABLE} names ${named}, and no hub runs that has this file. Start one, or take ${HUB_VARIABLE} out of the environment.`,
    )
  }
  const all = await findHubs()
  const fitting = all.filter(({ apis }) => isSame(Object.keys(apis), wanted.apis))
  const candidates = nearest(fitting, realpathSync(wanted.folder))
  if (candidates.length === 1) return candidates[0]!
  throw candidates.length === 0 ? missing(wanted, all) : ambiguous(candidates)
}

function nearest(hubs: readonly FoundHub[], folder: string): readonly FoundHub[] {
  const related = hubs.filter(({ ancestors }) => ancestors.some(isRunner))
  const ofFolder = (related.length > 0 ? related : hubs).filter((hub) => hub.folder === folder)
  return related.length > 0 && ofFolder.length === 0 ? related : ofFolder
}

/** The runner itself is where workers are threads of it. */
function isRunner(pid: number): boolean {
  return pid === process.ppid || pid === process.pid
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  return names.length === others.length && names.every((name) => others.includes(name))
}

const START =
  'Start one before the tests, with the app: mockberth hub fixtures/mocks.ts -- node server.js'

function missing({ folder, apis }: Wanted, others: readonly FoundHub[]): MockberthError {
  const looked = `no hub runs for ${folder} with the APIs ${apis.join(', ')}, nor did the runner of these tests start one with them.`
  return new MockberthError(
    'HUB_MISSING',
    others.length === 0
      ? `${looked} ${START}`
      : `${looked} ${START}\n\nOther hubs that run; ${HUB_VARIABLE}=FILE takes one:\n${describe(others)}`,
  )
}

function ambiguous(hubs: readonly FoundHub[]): MockberthError {
  return new MockberthError(
    'HUB_AMBIGUOUS',
    `${hubs.length} hubs run that these tests could use. End those that are not wanted, or name one: ${HUB_VARIABLE}=FILE.\n\n${describe(hubs)}`,
  )
}

function describe(hubs: readonly FoundHub[]): string {
  const rows = hubs.map(({ file, pid, declaration, apis }) => [
    file,
    `process ${pid}`,
    declaration,
    Object.keys(apis).join(', '),
  ])
  return inColumns(rows, ['left', 'left', 'left', 'left']).join('\n')
}
