import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { startRealApi } from '../responders/real-api.ts'
import { harErrors } from '../support/har-schema.ts'
import { createProject, type Ended, type Project } from '../support/project.ts'
import { startCommand } from './declared-project.ts'

/** The recording in each checkout. */
export const FILE = 'recordings/api.har'
/** The environment in which a shard records. */
export const SHARD = { MOCKBERTH_MODE: 'record', MOCKBERTH_MERGE: 'later' }

/** A script that asks for what it is given: `/path`, or `/path:body` for a POST of JSON. */
const SCRIPT = `
import mocks from './mocks.ts'

const running = await mocks.start()
for (const wanted of process.argv.slice(2)) {
  if (wanted === 'kill') process.kill(process.pid, 'SIGKILL')
  const [, path, body] = /^([^:]+):?(.*)$/.exec(wanted)
  const init = body && { method: 'POST', body, headers: { 'content-type': 'application/json' } }
  console.log(await (await fetch(running.apis.api.url + path, init || {})).text())
}
await running.stop()
`

/** A job of CI that records. */
interface Job {
  /** What the real API says from now on, by path; else it says the path. */
  say(answers: Readonly<Record<string, string>>): void
  /** A checkout of the project, with what is recorded in another, where something is. */
  checkout(from?: Project): Project
}

export async function startJob(): Promise<Job> {
  let answers: Readonly<Record<string, string>> = {}
  const real = await startRealApi(({ target }, outgoing) => {
    const [path] = target.split('?')
    outgoing.setHeader('content-type', 'text/plain')
    outgoing.end(answers[path!] ?? `said ${path}`)
  })
  const mocks = `
import { defineMocks } from 'mockberth'

export default defineMocks({
  api: {
    upstream: '${real.url}',
    recording: '${FILE}',
    match: { ignoreBody: ['$.id'] },
  },
})
`
  return {
    say: (next) => {
      answers = next
    },
    checkout(from) {
      const project = createProject({ 'mocks.ts': mocks, 'script.js': SCRIPT })
      if (from !== undefined) bring(from, project, /\.har$/)
      return project
    },
  }
}

/** Copies files beside the recording, as an artifact is uploaded and downloaded. */
export function bring(from: Project, to: Project, which = /\.part$/): void {
  const [source, target] = [from, to].map(({ folder }) => join(folder, 'recordings'))
  mkdirSync(target!, { recursive: true })
  if (!existsSync(source!)) return
  for (const name of readdirSync(source!).filter((one) => which.test(one))) {
    copyFileSync(join(source!, name), join(target!, name))
  }
}

/** Asks for what the script is told, in an environment. */
export function ask(
  project: Project,
  wanted: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return project.run('node', ['script.js', ...wanted], env)
}

export function merge(project: Project, ...paths: readonly string[]): Promise<Ended> {
  return startCommand(project, ['merge', ...paths]).ended
}

export function textOf({ folder }: Project): string {
  return readFileSync(join(folder, FILE), 'utf8')
}

/** Names of the files beside the recording, itself among them. */
export function filesOf({ folder }: Project): string[] {
  return readdirSync(join(folder, 'recordings'))
}

/** The requests of a recording, with the replies. */
export function recordedIn(project: Project): string[] {
  const har = JSON.parse(textOf(project))
  expect(harErrors(har)).toEqual([])
  return har.log.entries.map(({ request, response }: any) => {
    const { pathname } = new URL(request.url)
    return `${request.method} ${pathname}: ${response.content.text}`
  })
}

/** A checkout in which one run has recorded this. */
export async function recorded(job: Job, ...wanted: string[]): Promise<Project> {
  const project = job.checkout()
  await ask(project, wanted, { MOCKBERTH_MODE: 'record' })
  return project
}
