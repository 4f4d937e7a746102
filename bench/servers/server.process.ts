// One server that something is measured on. The arguments are its kind and what it serves.

import { kindOf, type ServerName } from './kinds.ts'
import { tell } from './tell.ts'

const [, , name, served] = process.argv
const { open } = await kindOf(name as ServerName)
tell(await open(JSON.parse(served!)))
