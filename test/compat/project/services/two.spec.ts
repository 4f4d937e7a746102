import { countsFromTheFirst } from './counting.ts'

countsFromTheFirst()
