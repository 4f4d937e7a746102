// Runs in each worker before the setup files and the test file of the user.

import { afterAll, afterEach, beforeEach, inject } from 'vitest'
import { declarationOf } from '../mocks/declaration.ts'
import { DECLARATION_KEY } from './declaration-key.ts'
import { enterFile } from './worker-set.ts'

const file = inject(DECLARATION_KEY as never) as string
const module = (await import(/* @vite-ignore */ file)) as { default?: unknown }
const { blame } = await enterFile(declarationOf(module, file))
const names = new WeakMap<object, { name: string }>()

beforeEach(async ({ task }) => {
  const test = { name: task.name }
  names.set(task, test)
  await blame.begin(test)
})

afterEach(({ task }) => {
  const test = names.get(task)
  if (test !== undefined) blame.end(test)
})

afterAll(() => {
  blame.close()
})
