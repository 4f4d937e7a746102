import { mockTest } from 'mockberth/vitest'
import { expect } from 'vitest'
import mocks from '../serviced.ts'

const test = mockTest(mocks)
const url = process.env.COUNTER_URL

/** Tests of a file. */
export function countsFromTheFirst(): void {
  for (const round of [1, 2]) {
    test(`counts from the first, round ${round}`, async ({ services }) => {
      expect(url).toBe(services.counter.url)
      expect(await (await fetch(`${url}/`)).text()).toBe('1')
    })
  }
}
