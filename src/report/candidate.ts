import { isAbsolute, relative } from 'node:path'
import type { Candidate } from '../contract/index.ts'

/** A candidate in words: `GET /users/:login (fixtures/mocks.ts:7:9, from use())`. */
export function describeCandidate({ kind, label, source }: Candidate): string {
  const origin = kind === 'override' ? 'from use()' : ''
  const where = [source === undefined ? '' : shortPath(source), origin].filter(Boolean).join(', ')
  return where === '' ? label : `${label} (${where})`
}

/** A path below the working directory without it, as terminals link it and people read it. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path)
  return isAbsolute(path) && !short.startsWith('..') ? short : path
}
