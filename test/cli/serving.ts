import type { Project, Running } from '../support/project.ts'
import { startCommand } from './declared-project.ts'

/** Serves the declaration of a project, by `mockberth serve`. */
export function startServe(
  project: Project,
  args: readonly string[] = [],
  env?: NodeJS.ProcessEnv,
): Running {
  return startCommand(project, ['serve', ...args], env)
}

/** Where the APIs of a project of `projectWith()` are served. */
export async function urlsOf({ printed }: Running): Promise<{ users: string; orders: string }> {
  const [, users, orders] = await printed(/^USERS_URL=(\S+)\nORDERS_URL=(\S+)\/v1\n/m)
  return { users: users!, orders: orders! }
}

/** What `/who` says. */
export async function who(url: string): Promise<string> {
  return (await fetch(`${url}/who`)).text()
}
