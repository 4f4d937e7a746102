import { existsSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { plansToText } from '../../src/services/plan.ts'
import { createSlots, type Slots } from '../../src/services/slots.ts'

/** Services that are folders alone. */
const [these, others] = ['these', 'others'].map((name) =>
  plansToText([{ name, url: undefined, template: undefined, process: undefined }]),
) as [string, string]

interface Held {
  readonly folder: string
  readonly isNew: boolean
  leave(): void
}

async function hold(slots: Slots, slot: string, plans: string): Promise<Held> {
  const gone = Promise.withResolvers<void>()
  onTestFinished(() => gone.resolve())
  const holder = { gone: gone.promise, isGone: () => false }
  const { addresses, isNew, settle } = await slots.lease({ slot, plans }, holder)
  settle()
  return { folder: addresses[0]!.data, isNew, leave: gone.resolve }
}

function opened(): Slots {
  const slots = createSlots()
  onTestFinished(() => slots.close())
  return slots
}

/** Which folders are there. */
const existing = (held: readonly Held[]): boolean[] => held.map(({ folder }) => existsSync(folder))

test('who comes after another has what that one had; who asks for others ends it', async () => {
  const slots = opened()
  const first = await hold(slots, '1', these)
  const beside = await hold(slots, '2', these)
  first.leave()
  const second = await hold(slots, '1', these)
  expect(second).toMatchObject({ folder: first.folder, isNew: false })
  second.leave()
  beside.leave()
  const third = await hold(slots, '1', others)
  await expect.poll(() => existing([first, beside, third])).toEqual([false, true, true])
  third.leave()
  const fourth = await hold(slots, '1', these)
  expect(fourth.isNew).toBe(true)
  await expect.poll(() => existing([third, beside, fourth])).toEqual([false, true, true])
})

test('what somebody has is ended for who asks for others only when he leaves', async () => {
  const slots = opened()
  const first = await hold(slots, '1', these)
  const second = await hold(slots, '1', others)
  expect(existing([first, second])).toEqual([true, true])
  first.leave()
  await expect.poll(() => existing([first, second])).toEqual([false, true])
  second.leave()
  await slots.close()
  expect(existing([second])).toEqual([false])
})

test('who got nothing keeps nobody waiting, though he does not leave', async () => {
  const slots = opened()
  const broken = plansToText([
    { name: 'broken', url: undefined, template: '/nowhere/at/all', process: undefined },
  ])
  for (const _ of ['first', 'second']) {
    await expect(hold(slots, '1', broken)).rejects.toThrow('the service broken: data names')
  }
  await slots.close()
})
