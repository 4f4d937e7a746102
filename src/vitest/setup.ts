// Runs in each worker before the setup files and the test file of the user.

import { afterAll, beforeEach, inject } from 'vitest'
import { declarationOf, packageFolder } from '../mocks/declaration.ts'
import { markConcurrentTests } from './concurrent-tests.ts'
import { addMatchers } from './matchers.ts'
import { DECLARATION_KEY, RUN_KEY, SERVICES_KEY } from './provided.ts'
import { enterFile } from './worker-set.ts'

addMatchers()

const file = inject(DECLARATION_KEY as never) as string
const module = (await import(/* @vite-ignore */ file)) as { default?: unknown }
const run = inject(RUN_KEY as never) as string | undefined
const owner = inject(SERVICES_KEY as never) as string | undefined
const follower = await enterFile(declarationOf(module, file), packageFolder(file), { run, owner })

markConcurrentTests()

// What it waits for has limits of its own, which say more.
beforeEach(({ task, onTestFinished }) => follower.test({ task, onTestFinished }), 0)

afterAll(() => {
  follower.close()
})
