import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { basename, dirname, join } from 'node:path'
import { systemCode } from '../errors.ts'
import { hasEnded } from '../recording/run-id.ts'
import { existingFolder, hubsFolder, makeFolder } from './hubs-folder.ts'

/** What a hub tells of itself, in a file that only its user can read. */
export interface HubFacts {
  readonly pid: number
  /** Where workers reach it: the path of a socket, or the name of a pipe. No page can open either. */
  readonly socket: string
  /** What a worker presents to it. */
  readonly token: string
  /** The file of its declaration. */
  readonly declaration: string
  /** The package of that file. */
  readonly folder: string
  /** The processes that it came out of. */
  readonly ancestors: readonly number[]
  /** The URL of each of its APIs. */
  readonly apis: Readonly<Record<string, string>>
}

/** A hub that was found, and the file in which it was. */
export interface FoundHub extends HubFacts {
  readonly file: string
}

/** Where a hub will be found. */
export interface HubPlace {
  readonly file: string
  readonly socket: string
  /** Tells of a hub. In one step: who reads the file reads all of it. */
  announce(facts: HubFacts): void
  withdraw(): void
}

/** In the environment: the file of the hub to use, whatever others there are. */
export const HUB_VARIABLE = 'MOCKBERTH_HUB'

/**
 * A place for a hub of this process. What hubs left that were killed is removed.
 *
 * @throws `HUB_FOLDER_UNSAFE`
 */
export async function newPlace(): Promise<HubPlace> {
  const folder = makeFolder()
  await findHubs()
  const base = join(folder, `${process.pid}-${randomBytes(4).toString('hex')}`)
  const file = `${base}.json`
  return {
    file,
    socket: socketOf(file),
    announce(facts) {
      writeFileSync(`${base}.draft`, JSON.stringify(facts), { mode: 0o600 })
      renameSync(`${base}.draft`, file)
    },
    withdraw: () => removeFiles(file),
  }
}

/**
 * The hubs of this user that run.
 *
 * @throws `HUB_FOLDER_UNSAFE`
 */
export async function findHubs(): Promise<FoundHub[]> {
  const folder = existingFolder()
  if (folder === undefined) return []
  const names = new Set(readdirSync(folder).map((name) => name.replace(/\.\w+$/, '')))
  const found = await Promise.all([...names].map((name) => readHub(join(folder, `${name}.json`))))
  return found.filter((hub) => hub !== undefined)
}

/** The hub of a file; undefined where there is none that runs, and then the file is removed. */
export async function readHub(file: string): Promise<FoundHub | undefined> {
  const facts = readFacts(file)
  if (facts === undefined) {
    // One that is only about to tell of itself has no file yet.
    if (isOfEnded(file)) removeFiles(file)
    return undefined
  }
  if (await listens(facts.socket)) return { ...facts, file }
  removeFiles(file)
  return undefined
}

function readFacts(file: string): HubFacts | undefined {
  try {
    const facts = JSON.parse(readFileSync(file, 'utf8')) as HubFacts | null
    return typeof facts?.socket === 'string' && typeof facts.token === 'string' ? facts : undefined
  } catch {
    return undefined
  }
}

function isOfEnded(file: string): boolean {
  const name = basename(file)
  return /^\d+-/.test(name) && hasEnded(name)
}

/** Only what stands in the folder of hubs is anybody's to remove. */
function removeFiles(file: string): void {
  if (dirname(file) !== hubsFolder()) return
  const base = file.replace(/\.json$/, '')
  for (const path of [file, `${base}.sock`, `${base}.draft`]) rmSync(path, { force: true })
}

/** Another process may have the number of one that ended; nobody else has its socket. */
function listens(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect(socket)
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', (error) => {
      resolve(!['ECONNREFUSED', 'ENOENT'].includes(systemCode(error) ?? ''))
    })
  })
}

function socketOf(file: string): string {
  return process.platform === 'win32'
    ? String.raw`\\.\pipe\mockberth-hub-${basename(file, '.json')}`
    : file.replace(/\.json$/, '.sock')
}
