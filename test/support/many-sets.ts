// A process that starts several sets on request, says where they are, and stops them on request.

import { http, HttpResponse } from 'msw'
import { defineMocks } from '../../src/index.ts'

/** What one API of this process answers, and where. */
export interface Marked {
  readonly mark: string
  readonly port: number
}

const SETS = 4
const NAMES = ['one', 'two', 'three'] as const

function declare(set: number): ReturnType<typeof defineMocks<(typeof NAMES)[number]>> {
  const api = (name: string): { handlers: () => ReturnType<typeof http.get>[] } => ({
    handlers: () => [http.get('/mark', () => HttpResponse.text(`${process.pid}/${set}/${name}`))],
  })
  return defineMocks({ one: api('one'), two: api('two'), three: api('three') })
}

process.on('message', async (message) => {
  if (message !== 'start') return
  const sets = await Promise.all(
    Array.from({ length: SETS }, (_, set) => declare(set).start({ env: false })),
  )
  const marked: Marked[] = sets.flatMap(({ apis }, set) =>
    NAMES.map((name) => ({ mark: `${process.pid}/${set}/${name}`, port: apis[name].port })),
  )
  process.send!(marked)
  process.once('message', async () => {
    await Promise.all(sets.map((set) => set.stop()))
    process.send!('stopped')
  })
})
process.send!('ready')
