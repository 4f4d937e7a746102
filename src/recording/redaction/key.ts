import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { MockberthError } from '../../errors.ts'

const SIZE = 32

/** For where none can be kept: the same secret has then another placeholder in another process. */
const OWN = randomBytes(SIZE)

/**
 * The key of the placeholders of a project. It stays on this machine, in `node_modules/.cache`, where
 * nobody commits it: who has the recordings alone cannot find out whether a guessed password is right.
 * Machines that are to have the same one are given it in `MOCKBERTH_REDACTION_KEY`.
 *
 * @param root the folder of the project
 * @throws `INVALID_OPTION`
 */
export function redactionKey(root: string): Uint8Array {
  const given = process.env.MOCKBERTH_REDACTION_KEY ?? ''
  return given === '' ? ownKey(root) : checkedKey(given)
}

function checkedKey(given: string): Uint8Array {
  if (given.length >= SIZE) return Buffer.from(given)
  throw new MockberthError(
    'INVALID_OPTION',
    `the environment: MOCKBERTH_REDACTION_KEY got ${given.length} characters; it takes at least ${SIZE} that nobody can guess: openssl rand -hex ${SIZE}`,
  )
}

function ownKey(root: string): Uint8Array {
  const modules = nodeModulesOf(root)
  if (modules === undefined) return OWN
  const file = join(modules, '.cache/mockberth/redaction-key')
  try {
    return existsSync(file) ? readFileSync(file) : createKey(file)
  } catch {
    return OWN
  }
}

function nodeModulesOf(root: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules')
    if (existsSync(modules)) return modules
    if (folder === dirname(folder)) return undefined
  }
}

/** Of several processes that make one at once, all use the first. */
function createKey(file: string): Uint8Array {
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, randomBytes(SIZE), { mode: 0o600 })
  try {
    linkSync(draft, file)
  } catch {
    // It is there by now.
  }
  rmSync(draft)
  return readFileSync(file)
}
