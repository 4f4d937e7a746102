import { existsSync } from 'node:fs'
import { unpackInto } from '../../scripts/unpack.ts'
import { projectsFolder } from './project.ts'

/** Before all tests: the package as it would be published, for the projects that tests make. */
export default function setup(): void {
  if (!existsSync(new URL('../../dist/index.js', import.meta.url))) {
    throw new Error('there is no dist/: run `npm run build` first')
  }
  unpackInto(projectsFolder)
}
