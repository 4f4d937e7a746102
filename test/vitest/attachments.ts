import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { harErrors } from '../support/har-schema.ts'
import type { Project } from '../support/project.ts'

/** Where Vitest 5 has attachments. */
export const ATTACHMENTS = '.vitest/attachments'

/** A test file with a function that asks the mock. */
export const asking = (tests: string, testModule = 'vitest'): string => `
import { afterEach, describe, expect, vi } from 'vitest'
import { test } from '${testModule}'

const ask = async (path, init) => (await fetch(process.env.USERS_API_URL + path, init)).text()
${tests}`

/** The files that were attached in a project, from the folder for them on. */
export function attached({ folder }: Project, attachments = ATTACHMENTS): string[] {
  const place = join(folder, attachments, 'mockberth')
  if (!existsSync(place)) return []
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name).slice(place.length + 1))
    .toSorted()
}

/** The targets of what is in one of them. */
export function targetsIn({ folder }: Project, file: string, attachments = ATTACHMENTS): string[] {
  const har = JSON.parse(readFileSync(join(folder, attachments, 'mockberth', file), 'utf8'))
  expect(harErrors(har)).toEqual([])
  return har.log.entries.map(({ request: { method, url } }: any) => {
    const { pathname, search } = new URL(url)
    return `${method} ${pathname}${search}`
  })
}

/** What was printed about traffic, without the times. */
export const tables = (errors: string): string[] =>
  [...errors.matchAll(/^(mockberth: the traffic of [^]*?)\n\n/gm)].map(([, table]) =>
    table!.replaceAll(/ +\d+ ms/g, '  0 ms'),
  )
