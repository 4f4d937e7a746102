import { existsSync, watch, type FSWatcher } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Files that are watched. */
export interface WatchedFiles {
  /** Watches these from now on, and no others. Those that are not there yet may come. */
  watch(files: readonly string[]): void
  close(): void
}

/**
 * Watches files, whichever way they are written: their folders tell also of what takes their place.
 *
 * @param changed called after some have changed, and not again before what it returns has settled
 */
export function watchFiles(changed: (files: readonly string[]) => Promise<void>): WatchedFiles {
  const folders = new Map<string, FSWatcher>()
  const pending = new Set<string>()
  let watched: ReadonlySet<string> = new Set()
  let isTelling = false

  const tell = async (): Promise<void> => {
    if (isTelling) return
    isTelling = true
    while (pending.size > 0) {
      const files = [...pending]
      pending.clear()
      await changed(files)
    }
    isTelling = false
  }
  const close = (folder: string): void => {
    folders.get(folder)?.close()
    folders.delete(folder)
  }
  const watchFolder = (folder: string): FSWatcher =>
    watch(folder, (_event, name) => {
      const file = name === null ? undefined : join(folder, basename(name))
      if (file === undefined || !watched.has(file)) return
      pending.add(file)
      // What is written together is told together.
      setTimeout(() => void tell(), 10)
      // A folder that is removed is an error on some systems.
    }).on('error', () => close(folder))
  return {
    watch(files) {
      watched = new Set(files)
      const wanted = new Set(files.map((file) => dirname(file)))
      for (const folder of folders.keys()) if (!wanted.has(folder)) close(folder)
      for (const folder of wanted) {
        if (!folders.has(folder) && existsSync(folder)) folders.set(folder, watchFolder(folder))
      }
    },
    close() {
      for (const folder of folders.keys()) close(folder)
    },
  }
}
