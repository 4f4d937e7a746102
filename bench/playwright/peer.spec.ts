import { kindOf, type ServerName } from '../servers/kinds.ts'
import { declareTestWith } from './measured-suite.ts'

const { open } = await kindOf(process.env.BENCH_KIND as ServerName)

declareTestWith(() => open({}))
