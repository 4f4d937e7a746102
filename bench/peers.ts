import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('./peers/', import.meta.url))

/** Installs what bench/peers/package-lock.json names, unless it is there. */
export function installPeers(): void {
  if (isInstalled()) return
  console.error('installing what mockberth is compared with')
  const install = ['ci', '--prefix', FOLDER, '--ignore-scripts', '--no-audit', '--no-fund']
  execFileSync('npm', install, { stdio: ['ignore', 2, 2] })
}

/** Whether there is a Java that can run WireMock. */
export function javaVersion(): string | undefined {
  try {
    return execFileSync('java', ['--version'], { encoding: 'utf8', stdio: 'pipe' })
      .split('\n', 1)[0]!
      .trim()
  } catch {
    return undefined
  }
}

function isInstalled(): boolean {
  const wanted = packagesOf('package-lock.json')
  const installed = packagesOf('node_modules/.package-lock.json')
  return Object.entries(wanted).every(
    ([path, { version, optional = false }]) =>
      path === '' || optional || installed[path]?.version === version,
  )
}

function packagesOf(file: string): Record<string, { version?: string; optional?: boolean }> {
  try {
    return JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8')).packages
  } catch {
    return {}
  }
}
