import { readProcessTable } from './process-table.ts'

/** The processes that this one came out of, its parent first; where the system does not say, that one alone. */
export async function ancestors(): Promise<number[]> {
  const table = await readProcessTable()
  const parents = new Map(table.map(({ pid, parent }) => [pid, parent]))
  const found: number[] = []
  // The first process of a system is everybody's.
  for (let pid = process.ppid; pid > 1 && !found.includes(pid); pid = parents.get(pid) ?? 0) {
    found.push(pid)
  }
  return found
}
