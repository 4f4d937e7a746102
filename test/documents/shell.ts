import { expect } from 'vitest'
import type { Ended, Project, Running } from '../support/project.ts'
import { read, type Proof } from './blocks.ts'

/** `npx` takes what is installed, and asks nobody for more. */
const OFFLINE = { npm_config_offline: 'true', npm_config_update_notifier: 'false' }

/** Starts what a block says, word for word, in a project. */
export function startShell(project: Project, text: string, env: NodeJS.ProcessEnv = {}): Running {
  return project.start('/bin/sh', ['-c', text], { ...OFFLINE, ...env })
}

/** Runs it to its end. */
export function runShell(project: Project, text: string, env?: NodeJS.ProcessEnv): Promise<Ended> {
  return startShell(project, text, env).ended
}

/** Ctrl-C in the terminal of what a block has started. */
export function interrupt({ child, ended }: Running): Promise<Ended> {
  process.kill(-child.pid!, 'SIGINT')
  return ended
}

const { name, scripts, peerDependencies } = JSON.parse(read('package.json'))

/** Of a block that installs, which asks a registry: it names this package, and what it works with. */
export const installs: Proof = (text) => {
  const [, packages] = /^npm install --save-dev (.+)\n$/.exec(text)!
  const known = new Set([name, ...Object.keys(peerDependencies)])
  expect(packages!.split(' ').filter((one) => !known.has(one))).toEqual([])
}

/** Of a block for a clone, which is what is being tested: the scripts that it names are there. */
export const namesScripts: Proof = (text) => {
  const named = [...text.matchAll(/\bnpm (?:run )?(?!ci\b)(\S+)/g)].map(([, script]) => script!)
  expect(named).not.toEqual([])
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named))
}
