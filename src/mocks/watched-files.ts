import { existsSync, watch, type FSWatcher } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { systemCode } from '../errors.ts'

/** Files that are watched. */
export interface WatchedFiles {
  /** Watches these from now on, and no others. Those that are not there yet may come, with their folders. */
  watch(files: readonly string[]): void
  /** For good: nobody is called any more. */
  close(): void
}

/**
 * Watches files, whichever way they are written: their folders tell also of what takes their place.
 *
 * @param changed called after some have changed, and not again before what it returns has settled
 */
export function watchFiles(changed: (files: readonly string[]) => Promise<void>): WatchedFiles {
  const watchers = new Map<string, FSWatcher>()
  const pending = new Set<string>()
  let watched: ReadonlySet<string> = new Set()
  let isTelling = false
  let isClosed = false

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
  const note = (files: readonly string[]): void => {
    if (files.length === 0) return
    for (const file of files) pending.add(file)
    // What is written together is told together.
    setTimeout(() => void tell(), 10)
  }
  const close = (folder: string): void => {
    watchers.get(folder)?.close()
    watchers.delete(folder)
  }
  const open = (folder: string): void => {
    const { place, watcher } = watchNearest(folder)
    watcher.on('change', (_event, name) => {
      if (isSame(folder, place, String(name))) {
        const file = join(folder, basename(String(name)))
        if (place === folder && watched.has(file)) note([file])
        return
      }
      close(folder)
      open(folder)
      const own = [...watched].filter((file) => dirname(file) === folder)
      note(place === folder ? own : own.filter((file) => existsSync(file)))
    })
    // A folder that is removed is an error on some systems.
    watcher.on('error', () => close(folder))
    watchers.set(folder, watcher)
  }
  return {
    watch(files) {
      if (isClosed) return
      watched = new Set(files)
      const wanted = new Set(files.map((file) => dirname(file)))
      for (const folder of watchers.keys()) if (!wanted.has(folder)) close(folder)
      for (const folder of wanted) if (!watchers.has(folder)) open(folder)
    },
    close() {
      isClosed = true
      pending.clear()
      for (const folder of watchers.keys()) close(folder)
    },
  }
}

/**
 * Whether a folder is still watched where it is to be, after something happened there: an event with
 * its own name tells that it is gone, even if another has taken its place.
 */
function isSame(folder: string, place: string, name: string): boolean {
  return name !== basename(place) && nearestFolder(folder) === place
}

/**
 * Watches a folder, or what is there of the way to it: that tells when the rest comes. Folders may come
 * and go meanwhile.
 */
function watchNearest(folder: string): { place: string; watcher: FSWatcher } {
  for (;;) {
    const place = nearestFolder(folder)
    try {
      const watcher = watch(place)
      if (nearestFolder(folder) === place) return { place, watcher }
      watcher.close()
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error
    }
  }
}

function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder))
}
