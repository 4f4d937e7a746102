// Finds nft, with which tests make a firewall in a network of their own, or gets it, and says in one line what it did.

import { installPackage, run } from './debian-package.ts'

// Where it is installed, which is not on the PATH of every user.
process.env.PATH += ':/usr/sbin'

/** In milliseconds. */
const LONGEST_LOOK = 10_000

const versionOf = (): string => run('nft', ['--version'], LONGEST_LOOK).stdout.trim()

const found = versionOf()
if (found !== '') console.log(`${found}, the system's`)
else if (installPackage('nftables')) console.log(`${versionOf()}, Debian's package, installed now`)
else console.log('no nft, nor can it be installed: the tests of firewalls are skipped')
