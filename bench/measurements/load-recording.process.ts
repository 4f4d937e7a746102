// Starts a declaration with a recording, after another one that loads the code, and prints how many
// microseconds it took for each entry.

import { open } from '../servers/mockberth.ts'

const [, , first, file, entries] = process.argv
await (await open({ recording: first! })).stop()
const start = performance.now()
const { stop } = await open({ recording: file! })
const time = performance.now() - start
await stop()
console.log((time * 1000) / Number(entries))
