// Starts a declaration with a recording, after another one that loads the code, and prints how many
// microseconds it took for each entry.

import { openReplay } from './subjects.ts'

const [, , first, file, entries] = process.argv
await (await openReplay(first!)).stop()
const start = performance.now()
const { stop } = await openReplay(file!)
const time = performance.now() - start
await stop()
console.log((time * 1000) / Number(entries))
