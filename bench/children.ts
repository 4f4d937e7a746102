import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const running = new Set<ChildProcess>()
const folders = new Set<string>()

/** Sees to it that a child ends with this process, however that ends, and gives it back. */
export function watched<Child extends ChildProcess>(child: Child): Child {
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** Makes a folder that is removed with this process. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mockberth-bench-'))
  folders.add(folder)
  return folder
}

process.once('exit', endAll)
// For one that was forked: who has started it is gone, however that ended.
process.once('disconnect', () => process.exit(1))
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
] as const) {
  process.once(signal, () => process.exit(128 + number))
}

function endAll(): void {
  for (const child of running) child.kill('SIGTERM')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
