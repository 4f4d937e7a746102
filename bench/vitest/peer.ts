import { kindOf, type ServerName } from '../servers/kinds.ts'
import { declareByHand } from './server-by-hand.ts'

const { open } = await kindOf(process.env.BENCH_KIND as ServerName)

declareByHand(() => open({}))
