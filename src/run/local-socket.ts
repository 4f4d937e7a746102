import type net from 'node:net'
import { describeError, MockberthError, systemCode } from '../errors.ts'

/** The longest path of a socket that every system takes, in bytes. */
const LONGEST_PATH = 103

/**
 * Has a server listen where no page can ask it: at the path of a socket, or the name of a pipe. It keeps
 * no process alive.
 *
 * @throws `BIND_FAILED`
 */
export async function listenAt(path: string, server: net.Server): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(path, resolve)
    })
    server.unref()
  } catch (error) {
    const why =
      Buffer.byteLength(path) > LONGEST_PATH
        ? `its path has more than ${LONGEST_PATH} bytes. Set TMPDIR to a shorter one`
        : `${systemCode(error) ?? describeError(error)}. See whether files can be made there`
    throw new MockberthError('BIND_FAILED', `no socket can be opened at ${path}: ${why}.`, {
      cause: error,
    })
  }
}
