// A process that starts several sets on request, says where they are, and stops them on request.

import { markedApis, NAMES } from '../../fixtures/marked-apis.ts'

/** What one API of this process answers, and where. */
export interface Marked {
  readonly mark: string
  readonly port: number
}

const SETS = 4
const markOf = (set: number): string => `${process.pid}/${set}`

process.on('message', async (message) => {
  if (message !== 'start') return
  const sets = await Promise.all(
    Array.from({ length: SETS }, (_, set) => markedApis(markOf(set)).start({ env: false })),
  )
  const marked: Marked[] = sets.flatMap(({ apis }, set) =>
    NAMES.map((name) => ({ mark: `${markOf(set)}/${name}`, port: apis[name].port })),
  )
  process.send!(marked)
  process.once('message', async () => {
    await Promise.all(sets.map((set) => set.stop()))
    process.send!('stopped')
  })
})
process.send!('ready')
