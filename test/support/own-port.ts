import { onTestFinished } from 'vitest'
import { claimPort } from '../../src/ports/claim.ts'

/** A port for a program that this test starts: no other test is given it meanwhile, and no client's socket. */
export async function ownPort(): Promise<number> {
  const { port, release } = await claimPort()
  onTestFinished(release)
  return port
}
