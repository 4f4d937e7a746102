import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cell } from './cells.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SUITE = fileURLToPath(new URL('./project', import.meta.url))
const FIVE_MINUTES = 300_000

/** A program that ended. */
export interface Ended {
  readonly status: number | null
  /** stdout and stderr, one after the other. */
  readonly output: string
}

/** Packs the package as it would be published. */
export function pack(folder: string): string {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const { stdout } = spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8' })
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  return join(folder, filename)
}

/** Makes an empty project, installs the package and a cell's versions in it, adds the suite. */
export function install(cell: Cell, tarball: string, folder: string): Ended {
  mkdirSync(folder)
  const manifest = { private: true, type: 'module', allowScripts: { node: true } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const types = `@types/node@${cell.node.split('.', 1)[0]}`
  const versions = Object.entries(cell).map(([name, version]) => `${name}@${version}`)
  const args = [
    'install',
    '--save-dev',
    '--loglevel=warn',
    tarball,
    ...versions,
    types,
    'graphql@16',
  ]
  const ended = run(folder, 'npm', args)
  if (ended.status !== 0) return ended
  cpSync(SUITE, folder, { recursive: true })
  const major = installedVersion(folder, 'msw').split('.', 1)[0]
  copyFileSync(join(folder, `msw.${major}.ts`), join(folder, 'msw.ts'))
  return ended
}

/** The version of a package that npm chose. */
export function installedVersion(folder: string, name: string): string {
  const manifest = join(folder, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

/** Runs a script of an installed package with the installed Node. */
export function runInstalled(folder: string, script: string, args: readonly string[]): Ended {
  const bin = join(folder, 'node_modules', '.bin')
  return run(folder, join(bin, 'node'), [join('node_modules', script), ...args], {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    NO_COLOR: '1',
  })
}

function run(
  cwd: string,
  command: string,
  args: readonly string[],
  added: NodeJS.ProcessEnv = {},
): Ended {
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...env } = process.env
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...env, ...added },
    encoding: 'utf8',
    timeout: FIVE_MINUTES,
    maxBuffer: Infinity,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { status, output: [stdout, stderr, error?.message ?? ''].join('\n') }
}
