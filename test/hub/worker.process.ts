// A worker of a run: starts the declaration, joins the hub, and does what it is told.

import { http, HttpResponse } from 'msw'
import { joinHub } from '../../src/hub/join.ts'
import type { OwnSet } from '../../src/mocks/running-set.ts'
import { declared } from './declared.ts'
import type { WorkerOrder } from './workers.ts'

const running = await declared.startIn({}, { env: false })
const urls = { users: running.apis.users.url, orders: running.apis.orders.url }
const packageFolder = process.argv[2]!
const joined = await joinHub({ packageFolder, apis: urls }).catch(({ code, message }) => {
  process.send!({ failed: { code, message } })
  process.disconnect()
  return process.exit()
})
const sets = new Map<string, OwnSet>()

const orders: Record<WorkerOrder['do'], (mark: string) => unknown> = {
  async open(mark) {
    const set = running.openFor({ name: `the test ${mark}` }, mark)
    sets.set(mark, set)
    set.apis.users!.use(http.get('/who', () => HttpResponse.text(`${process.pid} ${mark}`)))
    await joined.open(mark, `the test ${mark}`)
  },
  async close(mark) {
    sets.get(mark)!.close()
    await joined.close(mark)
  },
  stop: (mark) => sets.get(mark)!.apis.users!.stop(),
  received: (mark) =>
    sets.get(mark)!.apis.users!.exchanges.map(({ request }) => request.rawHeaders),
  'stop for all': () => running.apis.users.stop(),
  leave: () => joined.leave(),
  exit: () => process.exit(),
}

process.on('message', async ({ id, do: what, mark }: WorkerOrder & { id: number }) => {
  try {
    process.send!({ id, done: await orders[what](mark ?? '') })
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    process.send!({ id, failed: { code, message } })
  }
})
process.send!({ urls, hubUrls: joined.urls })
