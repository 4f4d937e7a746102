import { createProject, type Project } from '../support/project.ts'
import { startCommand } from './declared-project.ts'

/** What the doctor says of each thing. */
export interface Said {
  readonly code: number | null
  readonly healthy: boolean
  /** Of what was asked. */
  readonly findings: readonly Finding[]
  readonly machine: readonly Finding[]
}

export interface Finding {
  readonly check: string
  readonly state: string
  readonly found: string
  readonly meaning?: string
  readonly mend?: readonly string[]
}

/** What it says, as a program reads it. */
export async function ask(
  what: readonly string[],
  env: NodeJS.ProcessEnv = NO_PROXY,
  project: Project = createProject({}),
): Promise<Said> {
  const { output, code } = await startCommand(project, ['doctor', '--json', ...what], env).ended
  const { healthy, diagnoses } = JSON.parse(output)
  const machine = diagnoses.at(-1).findings
  const findings = diagnoses.slice(0, -1).flatMap((one: any) => one.findings)
  return { code, healthy, findings, machine }
}

/** No proxy, whatever this machine has. */
export const NO_PROXY: NodeJS.ProcessEnv = {
  HTTP_PROXY: '',
  HTTPS_PROXY: '',
  ALL_PROXY: '',
  http_proxy: '',
  https_proxy: '',
}

/** Those of one kind. */
export const of = (findings: readonly Finding[], check: string): Finding[] =>
  findings.filter((finding) => finding.check === check)
