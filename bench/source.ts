import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { javaVersion } from './peers.ts'

const OWN = ['mockberth', 'msw', 'undici', 'vitest', '@playwright/test']

/** Where numbers come from. */
export interface Source {
  /** The day, as `2026-01-31`. */
  readonly date: string
  readonly machine: string
  /** Of everything measured, by its name. */
  readonly versions: Readonly<Record<string, string>>
}

/** Says where the numbers of this run come from; peers are named where they are installed. */
export function source(): Source {
  const { length: cores, 0: first } = cpus()
  const memory = Math.round(totalmem() / 1024 ** 3)
  const own = OWN.map((name) => [name, versionOf(`../node_modules/${name}`)])
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${process.platform} ${process.arch}, ${cores} cores (${first?.model.trim()}), ${memory} GiB`,
    versions: { Node: process.versions.node, ...Object.fromEntries(own), ...peerVersions() },
  }
}

function peerVersions(): Record<string, string> {
  const { dependencies } = JSON.parse(
    readFileSync(new URL('./peers/package.json', import.meta.url), 'utf8'),
  )
  const versions: Record<string, string> = {}
  for (const name of Object.keys(dependencies)) {
    const version = versionOf(`./peers/node_modules/${name}`)
    if (version === undefined) continue
    versions[name === 'msw' ? 'msw of http-middleware' : name] = version
  }
  if ('wiremock' in versions) versions.Java = javaVersion() ?? 'none, so WireMock is not measured'
  return versions
}

function versionOf(folder: string): string | undefined {
  try {
    const file = new URL(`${folder}/package.json`, import.meta.url)
    return JSON.parse(readFileSync(file, 'utf8')).version
  } catch {
    return undefined
  }
}
