import { mockTest } from 'mockberth/vitest'
import mocks from './mocks.ts'
import { askOnce } from './server-by-hand.ts'

mockTest(mocks)('asks', askOnce)
