import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve as resolvePath } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Projects of tests live here; `node_modules` beside them holds the packed package. */
export const projectsFolder = join(root, '.projects')

/** A process that ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** stdout and stderr as they came, without colours. */
  readonly output: string
  /** stderr alone: nothing of stdout comes between its lines. */
  readonly errors: string
}

/** A process that runs. */
export interface Running {
  readonly child: ChildProcess
  /** What it has printed so far. */
  output(): string
  /** Resolves when the output matches; rejects when the process ends, or 45 s pass, before it does. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>
  ended: Promise<Ended>
}

/** A small project on disk that uses the packed package as a stranger's would. */
export interface Project {
  readonly folder: string
  write(files: Readonly<Record<string, string>>): void
  /** Starts a program that the project has installed (`vitest`), `node`, or one with its path, in the project. */
  start(program: string, args?: readonly string[], env?: NodeJS.ProcessEnv): Running
  /** Runs one to its end. */
  run(program: string, args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>
}

/** Makes a project of these files. It is removed, and what it started is ended, with the test. */
export function createProject(files: Readonly<Record<string, string>>): Project {
  mkdirSync(projectsFolder, { recursive: true })
  const folder = mkdtempSync(join(projectsFolder, 'project-'))
  const started = new Set<Running>()
  onTestFinished(async () => {
    for (const { child } of started) kill(child)
    await Promise.all([...started].map(({ ended }) => ended))
    rmSync(folder, { recursive: true, force: true })
  })
  const project: Project = {
    folder,
    write(more) {
      for (const [name, text] of Object.entries(more)) writeAtOnce(folder, name, text)
    },
    start(program, args = [], env = {}) {
      const running = startProcess(folder, program, args, env)
      started.add(running)
      void running.ended.then(() => started.delete(running))
      return running
    },
    run: (program, args, env) => project.start(program, args, env).ended,
  }
  project.write({ 'package.json': '{ "type": "module", "private": true }', ...files })
  return project
}

/** In one step, so that who watches the file sees one change, and never a part of it. */
function writeAtOnce(folder: string, name: string, text: string): void {
  const file = join(folder, name)
  const draft = join(folder, 'node_modules/.draft')
  for (const path of [file, draft]) mkdirSync(dirname(path), { recursive: true })
  writeFileSync(draft, text)
  renameSync(draft, file)
}

function startProcess(
  folder: string,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Running {
  const command =
    program === 'node' ? process.execPath : resolvePath(root, 'node_modules/.bin', program)
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...withoutVitest(process.env), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let errors = ''
  const listeners = new Set<() => void>()
  const append = (chunk: string): void => {
    output += withoutColours(chunk)
    for (const listener of listeners) listener()
  }
  child.stdout.setEncoding('utf8').on('data', append)
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += withoutColours(chunk)
    append(chunk)
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, output, errors }))
  })
  return {
    child,
    ended,
    output: () => output,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const fail = (what: string): void =>
          reject(new Error(`${what} before printing ${pattern}:\n${output}`))
        const timer = setTimeout(fail, 45_000, '45 s went by')
        const look = (): void => {
          const match = output.match(pattern)
          if (match === null) return
          listeners.delete(look)
          clearTimeout(timer)
          resolve(match)
        }
        listeners.add(look)
        void ended.then(({ code }) => {
          clearTimeout(timer)
          fail(`it ended with ${code}`)
        })
        look()
      }),
  }
}

function withoutColours(text: string): string {
  // oxlint-disable-next-line no-control-regex -- for programs that ignore NO_COLOR
  return text.replaceAll(/\u001B\[[\d;]*[A-Za-z]/g, '')
}

/** A runner that is started by a test must not take itself for one of the outer runner's workers. */
function withoutVitest(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !/^(VITEST|NODE_ENV$|NODE_OPTIONS$|TEST$|CI$|GITHUB_ACTIONS$|MOCKBERTH)/.test(name),
    ),
  )
}

function kill(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
