// Claims as many ports as it is told to, tells which, and holds them.

import { claimPort } from '../../src/ports/claim.ts'

const claims = await Promise.all(Array.from({ length: Number(process.argv[2]) }, () => claimPort()))
process.send!(claims.map(({ port }) => port))
// Claims alone do not keep it.
process.on('message', () => {})
