// Starts processes as a test worker does, says what it has started, and waits to be killed.

import { startProcess } from '../../src/process/start.ts'

const [, , command, mode = 'wait'] = process.argv

const starting = Array.from({ length: 2 }, () => startProcess({ command: command! }))
console.log('starting')
if (mode === 'kill-while-starting') setInterval(() => {}, 1000)
else {
  const started = await Promise.all(starting)
  console.log(`started ${started.map(({ pid }) => pid).join(' ')}`)
  if (mode === 'exit') process.exit(0)
  if (mode === 'throw') throw new Error('the owner has failed')
  if (mode === 'wait') setInterval(() => {}, 1000)
}
