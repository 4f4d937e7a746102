import { expect, test } from 'vitest'
import type { RunningSet } from '../../src/mocks/running-set.ts'
import { failureOf } from '../report/received/failure.ts'
import { evidenceOf } from '../report/evidence-of.ts'
import { KEPT, startAsked } from './full-journal.ts'
import { sendMany } from './many-requests.ts'

const letGoText = (some: string): string =>
  `${some} no longer kept: the journal has the last 2000 that ended, and no more of them than are 64 MiB with their headers and bodies. Look at them earlier, or call apis.api.reset() in between; where it is large bodies that are too much, declare a smaller maxBody.`

test('find() finds what is kept, and says so where it cannot tell', async () => {
  const { api } = await startAsked(KEPT + 2)
  expect(api.find('GET', '/3')?.request.path).toBe('/3')
  for (const path of ['/1', '/never']) {
    expect(() => api.find('GET', path)).toThrow(
      expect.objectContaining({
        code: 'NOT_KEPT',
        message: `find() cannot tell whether api has received this. ${letGoText('2 older exchanges of api are')}`,
      }),
    )
  }
})

test('toHaveReceived() counts nothing of which a part is no longer kept', async () => {
  const { api } = await startAsked(KEPT + 1)
  const letGo = letGoText('1 older exchange of api is')
  const unknown = `It cannot be told whether api has received GET /1.\n\n${letGo}`
  const howOften = `It cannot be told how often api has received GET /7: 1 is kept.\n\n${letGo}`
  expect(failureOf(() => expect(api).toHaveReceived('GET', '/1'))).toBe(unknown)
  expect(failureOf(() => expect(api).not.toHaveReceived('GET', '/1'))).toBe(unknown)
  for (const times of [1, 2]) {
    expect(failureOf(() => expect(api).toHaveReceived('GET', '/7', { times }))).toBe(howOften)
    expect(failureOf(() => expect(api).not.toHaveReceived('GET', '/7', { times }))).toBe(howOften)
  }
  // These are certain all the same.
  expect(api).toHaveReceived('GET', '/7')
  expect(api).not.toHaveReceived('GET', '/7', { times: 0 })
  expect(api).not.toHaveReceived('GET', '/7', { times: 3 })
  expect(failureOf(() => expect(api).not.toHaveReceived('GET', '/7'))).toBe(
    `api has received GET /7 at least once, which it should not have:\n  6. GET /7 (200, mocked)\n\n${letGo}`,
  )
  expect(failureOf(() => expect(api).toHaveReceived('GET', '/7', { times: 0 }))).toBe(
    `api has received GET /7 at least once, not 0 times:\n  6. GET /7 (200, mocked)\n\n${letGo}`,
  )
  expect(failureOf(() => expect(api).toHaveReceived('GET', '/no', { times: 2 }))).toMatch(
    /^api has received GET \/no at most once, not 2 times\.\n\n/,
  )
  expect(failureOf(() => expect(api).toHaveReceived('GET', '/7', { times: 3 }))).toMatch(
    new RegExp(
      String.raw`^api has received GET /7 at most 2 times, not 3 times:\n[^]*\n\n1 older exchange of api is no longer kept: `,
    ),
  )
})

test('toHaveReceivedInOrder() cannot tell what came before what is kept', async () => {
  const { api } = await startAsked(KEPT + 1)
  const order = [
    ['GET', '/1'],
    ['GET', '/5'],
  ] as const
  const failures = [
    failureOf(() => expect(api).toHaveReceivedInOrder(order)),
    failureOf(() => expect(api).not.toHaveReceivedInOrder(order)),
  ]
  for (const failure of failures) {
    expect(failure).toMatch(/^It cannot be told whether api has received this in order:\n/)
    expect(failure).toContain(`\n\n${letGoText('1 older exchange of api is')}`)
  }
  expect(api).toHaveReceivedInOrder([
    ['GET', '/2'],
    ['GET', '/5'],
  ])
})

test('waitFor() says what it could not look at', async () => {
  const { api } = await startAsked(KEPT + 1)
  expect((await api.waitFor('GET', '/2', { timeout: 0 })).request.path).toBe('/2')
  await expect(api.waitFor('GET', '/1', { timeout: 0 })).rejects.toMatchObject({
    code: 'NOT_RECEIVED',
    message: expect.stringMatching(
      /^api has not received GET \/1 within 0 ms, or it is no longer kept\.\n\n[^]*\n\n1 older exchange of api is no longer kept: /,
    ),
  })
  await Promise.all([api.waitFor('GET', '/next'), (await fetch(`${api.url}/next`)).text()])
})

test('the evidence of a failed test counts what is no longer kept', async () => {
  const { running } = await startAsked(KEPT + 3)
  const { log, table } = await evidenceOf(running)
  expect(log.entries).toHaveLength(KEPT)
  expect(log.comment).toBe(letGoText('3 older exchanges of api are'))
  expect(table.split('\n')[0]).toBe('  … 1983 before these, of which 3 are no longer kept')
})

test('a test that runs beside others has a limit of its own', async () => {
  const { api, running } = await startAsked(0)
  const own = (running as RunningSet).openFor({ name: 'beside' }, 'mark-1')
  const baggage = 'mockberth=mark-1'
  await (await fetch(`${api.url}/own`, { headers: { baggage } })).text()
  await sendMany(api.port, KEPT + 1, () => '/')
  const beside = own.apis.api!
  expect([api.exchangesLetGo, beside.exchangesLetGo]).toEqual([1, 0])
  expect(beside).toHaveReceived('GET', '/own', { times: 1 })
  expect(beside).not.toHaveReceived('GET', '/')
  expect(beside.find('GET', '/')).toBeUndefined()
  own.close()
})
