import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const LISTEN = '0A'

/** The TCP ports on which processes of this machine listen, as the operating system counts them. */
export function listeningPorts(): Set<number> {
  return new Set(sockets().map(({ port }) => port))
}

/** The ports on which a process, its descendants included, listens. */
export function portsOf(pid: number): number[] {
  const inodes = new Set(processTree(pid).flatMap(socketInodes))
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

function processTree(root: number): number[] {
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
  const tree = [root]
  for (const parent of tree) {
    for (const [pid, its] of parents) if (its === parent) tree.push(pid)
  }
  return tree
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
