import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const LISTEN = '0A'

/**
 * The TCP ports on which processes of this machine listen, as the operating system counts them,
 * without those of test files that run beside this one: these may well have been given a port that
 * ours has just left.
 */
export function listeningPorts(): Set<number> {
  const before = new Set(sockets().map(({ inode }) => inode))
  const elsewhere = inodesOf(besideThisFile())
  return new Set(
    sockets()
      .filter(({ inode }) => before.has(inode) && !elsewhere.has(inode))
      .map(({ port }) => port),
  )
}

/** The ports on which a process, its descendants included, listens. */
export function portsOf(pid: number): number[] {
  const inodes = inodesOf([pid])
  return sockets()
    .filter(({ inode }) => inodes.has(inode))
    .map(({ port }) => port)
}

function sockets(): { port: number; inode: string }[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTEN)
      .map((fields) => ({
        port: Number.parseInt(fields[1]!.split(':').at(-1)!, 16),
        inode: fields[9]!,
      })),
  )
}

/** The other workers of the run that this test file belongs to. */
function besideThisFile(): number[] {
  return [...parentsOfProcesses()]
    .filter(([pid, parent]) => parent === process.ppid && pid !== process.pid)
    .map(([pid]) => pid)
}

function inodesOf(roots: number[]): Set<string> {
  return new Set(processTree(roots).flatMap(socketInodes))
}

function processTree(roots: number[]): number[] {
  const parents = parentsOfProcesses()
  const tree = [...roots]
  for (const parent of tree) {
    for (const [pid, its] of parents) if (its === parent) tree.push(pid)
  }
  return tree
}

function parentsOfProcesses(): Map<number, number> {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It has ended meanwhile.
    }
  }
  return parents
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
        return inode === undefined ? [] : [inode]
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}
