import { AsyncLocalStorage } from 'node:async_hooks'
import * as vitest from 'vitest'
import { newMark } from '../mocks/marks.ts'
import { processWide } from '../mocks/process-wide.ts'
import type { Suite, Task } from './task.ts'

const { current, marks, followed } = processWide('concurrent', () => ({
  /** The mark of the concurrent test on whose behalf something runs. */
  current: new AsyncLocalStorage<string>(),
  /** Those of the attempts that run now. */
  marks: new WeakMap<Task, string>(),
  /** The files, or the suites, whose concurrent tests have marks. */
  followed: new WeakSet<Suite>(),
}))

/**
 * Has the requests of each concurrent test of the file that is collected carry a mark of that test.
 * With Vitest from 4.1.12 on, those of its hooks and fixtures do, too.
 */
export function markConcurrentTests(): void {
  const { TestRunner, aroundEach, beforeAll, beforeEach } = vitest as Partial<typeof vitest>
  beforeAll!(function follow() {
    // Vitest 3 gives it the suite alone, and later ones a context before it, if it takes any.
    const [suite] = [...arguments].slice(-1) as [Suite]
    followed.add(suite)
  })
  if (aroundEach === undefined) beforeEach!(({ task }) => markFunction(task as Task))
  // aroundEach() itself begins fixtures before it calls a hook, and ends them after all hooks.
  else TestRunner!.getCurrentSuite().on('aroundEach', runMarked)
}

/** The mark of the attempt of a test that runs now; undefined where it runs alone. */
export function markOf(task: Task): string | undefined {
  if (task.concurrent !== true || !isFollowed(task)) return undefined
  const mark = marks.get(task) ?? newMark()
  marks.set(task, mark)
  return mark
}

function isFollowed({ suite, file }: Task): boolean {
  for (let one: Suite | undefined = suite; one !== undefined; one = one.suite) {
    if (followed.has(one)) return true
  }
  return followed.has(file)
}

async function runMarked(run: () => Promise<void>, { task }: { task: unknown }): Promise<void> {
  const mark = markOf(task as Task)
  if (mark === undefined) return run()
  await startCarrying()
  try {
    await current.run(mark, run)
  } finally {
    marks.delete(task as Task)
  }
}

/** What of an old Vitest takes the place of `aroundEach()`. */
interface TestFunctions {
  getFn(task: Task): (...args: unknown[]) => unknown
  setFn(task: Task, body: (...args: unknown[]) => unknown): void
}

async function markFunction(task: Task): Promise<(() => void) | undefined> {
  const mark = markOf(task)
  if (mark === undefined) return undefined
  await startCarrying()
  // Where there is `aroundEach()` there is no such module, and Vite would miss it.
  const module = ['vitest', 'suite'].join('/')
  const { getFn, setFn } = (await import(/* @vite-ignore */ module)) as TestFunctions
  const body = getFn(task)
  setFn(task, (...args) => current.run(mark, body, ...args))
  return () => {
    setFn(task, body)
    marks.delete(task)
  }
}

/** Most files have no concurrent test. */
async function startCarrying(): Promise<void> {
  await processWide('carrying', async () => {
    const { carryMarks } = await import('./carry-marks.ts')
    carryMarks(() => current.getStore())
  })
}
