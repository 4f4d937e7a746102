import { expect, test, vi } from 'vitest'
import { PASSING_TEST, pluginProject, portsLeft, portsOfRun } from './vitest-project.ts'

test('vitest --ui runs the tests, answers over HTTP, and ends on Ctrl-C with nothing left', async () => {
  const project = pluginProject({ 'a.test.ts': PASSING_TEST })
  const vitest = project.start('vitest', ['--ui', '--open=false', '--watch', '--api.port=0'], {
    // Vitest keeps the token of its UI in the user's home.
    XDG_DATA_HOME: project.folder,
  })
  const [, url] = await vitest.printed(/UI started at (http:\S+)/)
  await vitest.printed(/ Tests +1 passed \(1\)[\s\S]*Waiting for file changes/)

  const entrance = await fetch(url!, { redirect: 'manual' })
  const page = await fetch(new URL(entrance.headers.get('location')!, url), {
    headers: { cookie: entrance.headers.getSetCookie()[0]! },
  })
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('<title>Vitest</title>')

  vitest.child.kill('SIGINT')
  expect(await vitest.ended).toMatchObject({ code: 130, signal: null })
  expect(portsOfRun(project)).toHaveLength(1)
  await vi.waitUntil(() => portsLeft(project).length === 0, { timeout: 10_000 })
  await expect(fetch(url!)).rejects.toThrow('fetch failed')
})
