import {
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { resolve } from 'node:path'
import { describeError, MockberthError } from '../errors.ts'
import { hasEnded, newRunId } from '../recording/run-id.ts'
import { blockOf, blocksIn, withoutBlocks } from '../run/env-block.ts'

/** A file of variables, of which some lines are of this process. */
export interface EnvFile {
  /** Puts these in place of what was there from before. */
  write(env: Readonly<Record<string, string>>): void
  /** Takes them out, and the file away where nothing else is in it. Nothing is written afterwards. */
  remove(): void
}

/**
 * Opens a file for the variables of this process. What others have written there stays, byte for byte;
 * what a process left that was killed is removed.
 *
 * @throws `ENV_FILE_TAKEN` when another process that runs has its variables there; `INVALID_OPTION`
 * when it cannot be written
 */
export function openEnvFile(path: string): EnvFile {
  const file = existsSync(path) ? realpathSync(path) : resolve(path)
  const id = newRunId()
  let isRemoved = false
  const others = (): string => {
    const text = readText(path, file)
    const taken = blocksIn(text).find(({ run }) => run !== id && !hasEnded(run))
    if (taken !== undefined) throw takenBy(path, taken.run)
    return withoutBlocks(text)
  }
  others()
  return {
    write(env) {
      if (isRemoved) return
      const before = others()
      const gap = before === '' || before.endsWith('\n') ? '' : '\n'
      replaceText(path, file, before + gap + blockOf({ run: id, lines: linesOf(env) }))
    },
    remove() {
      isRemoved = true
      const rest = others()
      if (rest === '') rmSync(file, { force: true })
      else replaceText(path, file, rest)
    },
  }
}

function linesOf(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join('')
}

/** As Node and dotenv read it. */
function quoted(value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value
  const quote = [`'`, '"', '`'].find((mark) => !value.includes(mark)) ?? `'`
  return quote + value + quote
}

function readText(path: string, file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  } catch (error) {
    throw unusable(path, error)
  }
}

/** In one step: who reads it reads all of it. */
function replaceText(path: string, file: string, text: string): void {
  const draft = `${file}.${process.pid}.draft`
  try {
    const mode = existsSync(file) ? statSync(file).mode : 0o666
    writeFileSync(draft, text, { mode })
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw unusable(path, error)
  }
}

function unusable(path: string, error: unknown): MockberthError {
  return new MockberthError(
    'INVALID_OPTION',
    `serve: --write-env ${path} cannot be written; it takes the path of a file, which may be there, in a folder that is: ${describeError(error)}`,
    { cause: error },
  )
}

function takenBy(path: string, owner: string): MockberthError {
  return new MockberthError(
    'ENV_FILE_TAKEN',
    `${path} has the URLs of another mockberth serve, which runs (process ${Number.parseInt(owner, 10)}). End that one, or name another file with --write-env.`,
  )
}
