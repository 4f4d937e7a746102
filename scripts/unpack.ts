// Puts the package, packed as it would be published, into a folder's node_modules.

import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Unpacks the built package into `folder`/node_modules/mockberth, in place of what was there. */
export function unpackInto(folder: string): void {
  const modules = join(folder, 'node_modules')
  const target = join(modules, 'mockberth')
  mkdirSync(modules, { recursive: true })
  const pack = [
    'pack',
    '--ignore-scripts',
    '--json',
    '--loglevel=error',
    '--pack-destination',
    modules,
  ]
  const [{ filename }] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }))
  const tarball = join(modules, filename)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target)
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components', '1'])
  rmSync(tarball)
}
