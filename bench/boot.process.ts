// Boots servers of one kind, one after the other, and prints how long one took on average. The
// first is not counted.

import { loadOurs, openRaw, type Subject } from './subjects.ts'

const BOOTS = 10

async function bootTime(open: () => Promise<Subject>): Promise<number> {
  const start = performance.now()
  const { stop } = await open()
  const time = performance.now() - start
  await stop()
  return time
}

const open = process.argv[2] === 'raw' ? openRaw : await loadOurs()
await bootTime(open)
let total = 0
for (let boot = 0; boot < BOOTS; boot++) total += await bootTime(open)
console.log(total / BOOTS)
