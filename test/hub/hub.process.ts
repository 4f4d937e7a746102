// A hub alone: says in which file it is found, and waits to be killed.

import { startHub } from '../../src/hub/hub.ts'
import { declared } from './declared.ts'

const { file } = await startHub(declared, process.argv[2]!, console.error)
console.log(file)
setInterval(() => {}, 60_000)
