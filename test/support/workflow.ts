import { cpSync, existsSync, globSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, join, matchesGlob, relative } from 'node:path'
import { parse } from 'yaml'
import type { Ended, Project } from './project.ts'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly if?: string
  readonly with?: Readonly<Record<string, any>>
}

interface JobOfWorkflow {
  readonly needs?: string
  readonly if?: string
  readonly env?: Readonly<Record<string, string>>
  readonly strategy?: { readonly matrix: { readonly shard: readonly number[] } }
  readonly steps: readonly Step[]
}

/** What became of a job, in one of its shards. */
export interface JobRun {
  readonly job: string
  /** Its checkout, as it left it. */
  readonly checkout: Project
  /** Of each line that ran, what it printed. */
  readonly lines: readonly (Ended & { readonly line: string })[]
  readonly passed: boolean
}

/** Where a workflow runs. */
interface Machine {
  checkout(): Project
  /** A folder for the artifacts. */
  readonly artifacts: string
  readonly secrets?: Readonly<Record<string, string>>
  /** Lines that set the machine up, and are passed over. */
  readonly setUp: readonly string[]
}

const NOT_CANCELLED = '${{ !cancelled() }}'

/**
 * Runs a workflow of GitHub Actions on this machine: the lines of its `run` steps as they stand there, in
 * a checkout for each job and shard, shards at once. Artifacts are uploaded and downloaded as `actions/upload-artifact`
 * and `actions/download-artifact` do it; other actions are passed over.
 */
export async function runWorkflow(text: string, machine: Machine): Promise<JobRun[]> {
  const { jobs } = parse(text) as { jobs: Record<string, JobOfWorkflow> }
  const runs: JobRun[] = []
  for (const [name, job] of Object.entries(jobs)) {
    const needed = runs.filter((run) => run.job === job.needs)
    if (needed.some(({ passed }) => !passed) && job.if !== NOT_CANCELLED) continue
    const shards = job.strategy?.matrix.shard ?? [1]
    runs.push(
      ...(await Promise.all(
        shards.map((shard) => {
          const values = { ...machine.secrets, shard: String(shard), total: String(shards.length) }
          return runJob(name, job, machine, values)
        }),
      )),
    )
  }
  return runs
}

async function runJob(
  name: string,
  job: JobOfWorkflow,
  machine: Machine,
  values: Readonly<Record<string, string>>,
): Promise<JobRun> {
  const checkout = machine.checkout()
  const env = Object.fromEntries(
    Object.entries(job.env ?? {}).map(([key, value]) => [key, expand(String(value), values)]),
  )
  const lines: (Ended & { line: string })[] = []
  let passed = true
  for (const step of job.steps) {
    if (!passed && step.if !== NOT_CANCELLED) continue
    if (step.run !== undefined && !machine.setUp.includes(step.run)) {
      const ended = await runLine(checkout, expand(step.run, values), env)
      lines.push(ended)
      passed &&= ended.code === 0
    }
    const options = step.with ?? {}
    const from = (folder: string): string => join(checkout.folder, folder)
    if (step.uses?.startsWith('actions/upload-artifact@')) {
      upload(checkout.folder, options, join(machine.artifacts, expand(options.name, values)))
    } else if (step.uses?.startsWith('actions/download-artifact@')) {
      download(machine.artifacts, options.pattern, from(options.path ?? '.'))
    }
  }
  return { job: name, checkout, lines, passed }
}

const IN_SHELL = `
const { spawnSync } = require('node:child_process')
process.exitCode = spawnSync('bash', ['-ec', process.argv[1]], { stdio: 'inherit' }).status`

/** As its shell does it. */
async function runLine(
  checkout: Project,
  line: string,
  env: Readonly<Record<string, string>>,
): Promise<Ended & { line: string }> {
  // What npm tells its scripts would tell npx of another project.
  const ofNpm = Object.keys(process.env).filter((name) => /^npm_/i.test(name))
  const ended = await checkout.run('node', ['-e', IN_SHELL, line], {
    ...Object.fromEntries(ofNpm.map((name) => [name, undefined])),
    ...env,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    FORCE_COLOR: '0',
    NO_COLOR: undefined,
    npm_config_update_notifier: 'false',
    npm_config_offline: 'true',
  })
  return { ...ended, line }
}

function expand(text: string, values: Readonly<Record<string, string>>): string {
  const named: Record<string, string> = { 'matrix.shard': 'shard', 'strategy.job-total': 'total' }
  return text.replaceAll(/\$\{\{ (?:secrets\.)?([\w.-]+) \}\}/g, (whole, name: string) => {
    const value = values[named[name] ?? name]
    if (value === undefined) throw new Error(`nothing is known of ${whole}`)
    return value
  })
}

/** Paths in an artifact begin where the paths of the step part, or at their first wildcard. */
function upload(folder: string, options: Readonly<Record<string, any>>, artifact: string): void {
  const patterns = String(options.path).trim().split('\n')
  const root = patterns.length > 1 ? '' : patterns[0]!.split('/*')[0]!
  const isKept = (path: string): boolean =>
    options['include-hidden-files'] === true || !/(?:^|\/)\./.test(relative(folder, path))
  mkdirSync(artifact, { recursive: true })
  for (const file of patterns.flatMap((pattern) => globSync(pattern, { cwd: folder }))) {
    const from = join(folder, file)
    const to = join(artifact, relative(root, file))
    if (isKept(from)) cpSync(from, to, { recursive: true, filter: isKept })
  }
}

function download(artifacts: string, pattern: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const name of existsSync(artifacts) ? readdirSync(artifacts) : []) {
    if (matchesGlob(basename(name), pattern)) cpSync(join(artifacts, name), to, { recursive: true })
  }
}
