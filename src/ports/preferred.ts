/**
 * Whether a port that somebody would like to have is free on every local address, so that a mock
 * never hides behind, or shadows, a program that listens on all of them.
 */
export async function isPortFree(port: number): Promise<boolean> {
  const { default: getPort, clearLockedPorts } = await import('get-port')
  const offered = await getPort({ port })
  // get-port remembers what it handed out; our listener holds the port itself, and after `stop()`
  // the same port must be free to take again at once.
  clearLockedPorts()
  return offered === port
}
