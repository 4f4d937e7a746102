import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What a process has used. */
export interface Usage {
  /** In microseconds, since it began. */
  readonly cpu: number
  /** What it holds in memory, in bytes. */
  readonly memory: number
}

/** What this process has used. */
export function ownUsage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpu: user + system, memory: process.memoryUsage.rss() }
}

/** What another process has used, which only Linux tells: see proc(5). */
export function usageOf(pid: number): Usage {
  if (process.platform !== 'linux') return { cpu: Number.NaN, memory: Number.NaN }
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system, pages] = [11, 12, 21].map((index) => Number(fields[index]))
  const ticks = user! + system!
  return { cpu: (ticks * 1e6) / systemValue('CLK_TCK'), memory: pages! * systemValue('PAGESIZE') }
}

function systemValue(name: string): number {
  return Number(execFileSync('getconf', [name], { encoding: 'utf8' }))
}
