import { existsSync, rmSync } from 'node:fs'
import type { TestProject } from 'vitest/node'
import { unpackInto } from '../../scripts/unpack.ts'
import { projectsFolder } from './project.ts'

/** Before all tests: the package as it would be published, for the projects that tests make. */
export default function setup({ config }: TestProject): void {
  if (!existsSync(new URL('../../dist/index.js', import.meta.url))) {
    throw new Error('there is no dist/: run `npm run build` first')
  }
  unpackInto(projectsFolder)
  // What it has of projects of runs before this one would pile up.
  rmSync(config.env.NODE_COMPILE_CACHE!, { recursive: true, force: true })
}
