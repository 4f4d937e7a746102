import { stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withLock } from '../../src/recording/lock.ts'
import { createFolder } from '../support/har.ts'

test('who takes long for a file is not taken for one that is gone', async () => {
  const file = join(await createFolder(), 'api.har')
  await withLock(file, async () => {
    const longAgo = new Date(Date.now() - 120_000)
    await utimes(`${file}.lock`, longAgo, longAgo)
    await expect
      .poll(async () => Date.now() - (await stat(`${file}.lock`)).mtimeMs)
      .toBeLessThan(60_000)
  })
  await expect(stat(`${file}.lock`)).rejects.toThrow('ENOENT')
})
