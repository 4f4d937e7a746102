// Puts the package, packed as it would be published, into a folder's node_modules.

import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Installs the built package in `folder`/node_modules as npm does, in place of what was there. */
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
  const commands = join(modules, '.bin')
  mkdirSync(commands, { recursive: true })
  rmSync(join(commands, 'mockberth'), { force: true })
  symlinkSync('../mockberth/dist/cli/index.js', join(commands, 'mockberth'))
}
