import net from 'node:net'

interface BoundHandle {
  close(): void
}
type CreateServerHandle = (
  address: string,
  port: number,
  addressType: 4 | 6,
) => BoundHandle | number

/**
 * Keeps a port from being handed out as an ephemeral one while nothing listens on it: sockets are
 * bound to it, and connecting is refused. Node has no public way to bind a TCP socket without
 * listening; where this one is missing, the port is not held, and `accept()` finds out.
 *
 * @returns gives the port back
 */
export function holdPort(addresses: readonly string[], port: number): () => void {
  const { _createServerHandle: createServerHandle } = net as {
    _createServerHandle?: CreateServerHandle
  }
  if (typeof createServerHandle !== 'function') return () => {}
  const handles = addresses
    .map((address) => createServerHandle(address, port, net.isIPv6(address) ? 6 : 4))
    .filter((handle): handle is BoundHandle => typeof handle !== 'number')
  return () => {
    for (const handle of handles) handle.close()
  }
}
