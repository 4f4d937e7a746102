import { expect, test } from 'vitest'
import { startTestHub, startWorker } from './workers.ts'

const WORKERS = 4
const TESTS = 50
const REQUESTS = 20

test('of many requests of many tests of many workers, each has the answer of its own test', async () => {
  const hub = await startTestHub()
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => startWorker(hub.folder)))
  const tests = workers.flatMap(({ child, order }, index) =>
    Array.from({ length: TESTS }, (_, number) => {
      const mark = `mark-${index}-${number}`
      return { mark, order, answer: `${child.pid} ${mark}` }
    }),
  )
  await Promise.all(tests.map(({ mark, order }) => order('open', mark)))
  const ask = async (mark: string): Promise<string> => {
    const headers = { baggage: `mockberth=${mark}` }
    return (await fetch(`${hub.apis.users}/who`, { headers })).text()
  }
  const wrong = await Promise.all(
    tests.map(async ({ mark, order, answer }) => {
      const answers = await Promise.all(Array.from({ length: REQUESTS }, () => ask(mark)))
      await order('close', mark)
      const late = await ask(mark)
      const isRefused = late.includes(`a test that has ended, "the test ${mark}"`)
      return answers.concat(isRefused ? [] : [`late: ${late}`]).filter((text) => text !== answer)
    }),
  )
  expect(wrong.flat()).toEqual([])
})
