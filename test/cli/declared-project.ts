import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createProject, type Ended, type Project, type Running } from '../support/project.ts'

/** A declaration of two APIs. */
export const MOCKS: string = `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'

export default defineMocks({
  users: {
    env: 'USERS_URL',
    allowedHosts: ['users.test', 'www.users.test'],
    handlers: [http.get('/who', () => HttpResponse.text('declared'))],
  },
  orders: { env: { ORDERS_URL: ({ url }) => url + '/v1' } },
})
`

/** An app that hands on the baggage of each request, as the propagation does. */
const SERVER = `
import http from 'node:http'

async function who(baggage) {
  const response = await fetch(process.env.USERS_URL + '/who', { headers: baggage ? { baggage } : {} })
  return response.text()
}
console.log('at its start: ' + await who())
const server = http.createServer(async (request, response) => {
  response.end(await who(request.headers.baggage))
})
server.listen(0, '127.0.0.1', () => console.log('on port ' + server.address().port + '.'))
`

/** The program of most commands. */
export const NODE: string = process.execPath

/** A project with that declaration, and the app. */
export function projectWith(files: Readonly<Record<string, string>> = {}): Project {
  return createProject({ 'mocks.ts': MOCKS, 'server.js': SERVER, ...files })
}

/** Where hubs of this project are found, and only those. */
export function environmentOf({ folder }: Project): NodeJS.ProcessEnv {
  const temporary = join(folder, 't')
  mkdirSync(temporary, { recursive: true })
  return { TMPDIR: temporary, TEST_MARK: folder }
}

/** Starts a command of the packed package in a project. */
export function startCommand(
  project: Project,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Running {
  return project.start('node', [cliOf(project), ...args], { ...environmentOf(project), ...env })
}

/** The program of the packed package. */
export function cliOf({ folder }: Project): string {
  return join(folder, '../node_modules/mockberth/dist/cli/index.js')
}

/** Runs a command with the mocks of a project, by `mockberth run`. */
export function runCommand(
  project: Project,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Ended> {
  return startCommand(project, ['run', ...args], env).ended
}

/** Starts the hub of a project. */
export function start(project: Project, args: readonly string[], env?: NodeJS.ProcessEnv): Running {
  return startCommand(project, ['hub', ...args], env)
}

/** Runs one to its end. */
export function run(
  project: Project,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Ended> {
  return start(project, args, env).ended
}

/** The arguments for a command that runs a script. */
export function script(text: string): string[] {
  return ['mocks.ts', '--', NODE, '-e', text]
}
