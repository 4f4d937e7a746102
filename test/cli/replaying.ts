import { join } from 'node:path'
import type { Ended, Project, Running } from '../support/project.ts'

/** Serves a HAR of a project with the command of the packed package. */
export function startReplay(project: Project, file: string, env: NodeJS.ProcessEnv = {}): Running {
  const cli = join(project.folder, '../node_modules/mockberth/dist/cli/index.js')
  return project.start('node', [cli, 'replay', file], env)
}

/** Where an API is served. */
export async function urlOf({ printed }: Running, name: string): Promise<string> {
  const [, url] = await printed(
    new RegExp(`^ +${name} .*(http://127\\.0\\.0\\.1:\\d+)  \\d+ entr`, 'm'),
  )
  return url!
}

/** Ends it as a terminal or another process does. */
export async function end(
  { child, ended }: Running,
  signal: NodeJS.Signals = 'SIGINT',
): Promise<Ended> {
  child.kill(signal)
  return ended
}
