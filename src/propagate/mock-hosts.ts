import { isLoopbackName } from './loopback.ts'

/**
 * Which hosts are told the test's mark: those of this machine, and those that are declared.
 *
 * @param declared names without ports, with commas between them, as MOCKBERTH_MOCK_HOSTS has them
 */
export function mockHosts(declared = ''): (hostname: string) => boolean {
  const names = new Set(
    declared
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  )
  return (hostname) => {
    const name = hostname.toLowerCase().replace(/^\[|\]$/g, '')
    return isLoopbackName(name) || (name !== '' && names.has(name))
  }
}
