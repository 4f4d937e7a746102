import { LOOPBACK } from '../ports/loopback.ts'
import { processWide } from './process-wide.ts'

const hosts = processWide('hosts', () => new Set<string>())

/** Remembers where a mock API can be reached. */
export function rememberHosts(port: number): void {
  for (const host of hostsOf(port)) hosts.add(host)
}

/** Forgets a mock API that was stopped for good. */
export function forgetHosts(port: number): void {
  for (const host of hostsOf(port)) hosts.delete(host)
}

/** Whether `host:port` is a mock API of this process. */
export function isLiveHost(host: string): boolean {
  return hosts.has(host)
}

function hostsOf(port: number): string[] {
  return [`${LOOPBACK}:${port}`, `localhost:${port}`, `[::1]:${port}`]
}
