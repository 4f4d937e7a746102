import { spawnSync } from 'node:child_process'

/** How long each part may take, in milliseconds. */
const LIMITS = { sudo: 10_000, update: 120_000, package: 600_000 }

/** Asks nothing, and waits for another one that is at work. */
const APT = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=60']

/** Installs a package of Debian's, where this user may; says whether it is there then. */
export function installPackage(name: string): boolean {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  if (asRoot.length > 0 && run('sudo', ['-n', 'true'], LIMITS.sudo).status !== 0) return false
  const [program, ...args] = [...asRoot, ...APT] as const
  run(program!, [...args, 'update'], LIMITS.update)
  return run(program!, [...args, 'install', '--yes', name], LIMITS.package).status === 0
}

/** Runs a program that gets nothing to read, and no more time than it may take. */
export function run(
  program: string,
  args: readonly string[],
  timeout: number,
): { readonly status: number | null; readonly stdout: string } {
  const { status, stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout,
    killSignal: 'SIGKILL',
  })
  return { status, stdout: stdout ?? '' }
}
