import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FACTS_FILE, type FileFacts } from './facts.ts'
import { leftListening, type Left } from './listening.ts'

/** A run of a project's tests, and what was there afterwards. */
export interface ProjectRun {
  readonly passed: boolean
  readonly files: readonly FileFacts[]
  /** What Vitest printed. */
  readonly output: string
  /** In milliseconds. */
  readonly time: number
  readonly left: Left
}

const config = fileURLToPath(new URL('./vitest.config.ts', import.meta.url))

/** Runs the Vitest that a project has installed, with a worker for each of its test files at once. */
export async function runProject(folder: string): Promise<ProjectRun> {
  const notes = mkdtempSync(join(tmpdir(), 'mockberth-demo-'))
  const factsFile = join(notes, 'facts.json')
  const from = performance.now()
  try {
    const { status, output } = await runVitest(folder, factsFile)
    const time = performance.now() - from
    const files = existsSync(factsFile) ? JSON.parse(readFileSync(factsFile, 'utf8')) : []
    const left = await leftListening(factsFile, portsOf(files))
    return { passed: status === 0, files, output, time, left }
  } finally {
    rmSync(notes, { recursive: true })
  }
}

/** The ports of all servers of a run. */
export function portsOf(files: readonly FileFacts[]): number[] {
  return files.flatMap(({ worker }) => (worker?.apis ?? []).map(({ port }) => port))
}

function runVitest(
  folder: string,
  factsFile: string,
): Promise<{ status: number | null; output: string }> {
  const installed = createRequire(join(folder, 'package.json')).resolve('vitest/package.json')
  const command = join(dirname(installed), 'vitest.mjs')
  const child = spawn(process.execPath, [command, 'run', '--config', config, '--maxWorkers=6'], {
    cwd: folder,
    env: { ...process.env, [FACTS_FILE]: factsFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, output }))
  })
}
