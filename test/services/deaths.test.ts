import { expect, test } from 'vitest'
import { claimPort } from '../../src/ports/claim.ts'
import { environmentOf, startCommand } from '../cli/declared-project.ts'
import type { Project } from '../support/project.ts'
import { mocksWith, nothingLeft, serviceProject, setupsOf, startsOf } from './service-project.ts'

const kill = (project: Project): void => void process.kill(startsOf(project).at(-1)!.pid, 'SIGKILL')

/** What is said of the last one that was started. */
function death(project: Project, howItEnded: string): string {
  const { port } = startsOf(project).at(-1)!
  const data = setupsOf(project).at(-1)!
  return `the service db ${howItEnded} while it was in use. Its output says why; mend that, or its command.

Command: node database.js ${port} ${data}
Folder: ${project.folder}
Port: ${port}

The last of its output:
  ready for connections`
}

const ADVICE = '\n\nSave mocks.ts, and the services start anew.'
const ENDED = /the service db .* while it was in use[\s\S]*ready for connections\n/

/** A command that has the database end. */
const FATAL = { 'fatal.js': `import { ask } from './client.js'\nawait ask('die').catch(() => {})` }

test('mockberth serve says at once that one has died, once for each death, and not of its own end', async () => {
  const project = serviceProject(FATAL)
  const running = startCommand(project, ['serve', 'mocks.ts'])
  const [, url] = await running.printed(/^DATABASE_URL=(.*)$/m)
  await project.run('node', ['fatal.js'], { DATABASE_URL: url })
  await running.printed(/start anew\.\n/)
  const first = `\nmockberth: ${death(project, 'ended with exit code 7')}${ADVICE}\n\n`
  // The same text: it is saved, and that is all.
  project.write({ 'mocks.ts': mocksWith() })
  await running.printed(/Loaded again[\s\S]*DATABASE_URL=/)
  expect(startsOf(project)).toHaveLength(2)
  kill(project)
  await running.printed(/start anew\.[\s\S]*start anew\.\n/)
  const second = `\nmockberth: ${death(project, 'was ended by SIGKILL')}${ADVICE}\n\n`
  project.write({ 'mocks.ts': mocksWith('reset: undefined') })
  await running.printed(/Loaded again[\s\S]*Loaded again[\s\S]*DATABASE_URL=/)
  running.child.kill('SIGINT')
  const { code, errors } = await running.ended
  expect([code, errors]).toEqual([0, first + second])
  await nothingLeft(project)
})

test('mockberth serve --json says it in JSON', async () => {
  const project = serviceProject({})
  const running = startCommand(project, ['serve', 'mocks.ts', '--json'])
  await running.printed(/"serving"/)
  kill(project)
  const [line] = await running.printed(/^\{"type":"died".*$/m)
  const message = death(project, 'was ended by SIGKILL') + ADVICE
  expect(JSON.parse(line)).toEqual({ type: 'died', code: 'PROCESS_ENDED', message })
})

test('vite dev says it in its log', async () => {
  const config = `
import { mockberth } from 'mockberth/vite'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [mockberth('./mocks.ts')], server: { port: 0 } })`
  const project = serviceProject({ 'vite.config.ts': config })
  const running = project.start('vite', ['--host', '127.0.0.1'], environmentOf(project))
  await running.printed(/Local:/)
  kill(project)
  await running.printed(/start anew\.\n/)
  running.child.kill('SIGTERM')
  const { errors } = await running.ended
  expect(errors).toContain(`mockberth: ${death(project, 'was ended by SIGKILL')}${ADVICE}\n`)
  expect(errors.match(/start anew/g)).toHaveLength(1)
  await nothingLeft(project)
})

test.for(['run', 'hub'])('mockberth %s says it while its command goes on', async (command) => {
  const project = serviceProject({
    ...FATAL,
    'command.js': `import './fatal.js'\nprocess.stdin.resume()`,
  })
  const waiting = ['sh', '-c', 'sleep 1000 | node command.js']
  const running = startCommand(project, [command, 'mocks.ts', '--', ...waiting])
  await running.printed(ENDED)
  expect(running.child.exitCode).toBe(null)
  running.child.kill('SIGINT')
  const { errors } = await running.ended
  expect(errors).toContain(`mockberth ${command}: ${death(project, 'ended with exit code 7')}\n`)
  await nothingLeft(project)
})

test('mockberth serve: another one on the same port takes the place of the first', async () => {
  const { port, release } = await claimPort()
  release()
  const project = serviceProject({}, `port: ${port}`)
  const running = startCommand(project, ['serve', 'mocks.ts'])
  await running.printed(/^DATABASE_URL=/m)
  project.write({ 'mocks.ts': mocksWith(`port: ${port}, processEnv: { ROUND: '2' }`) })
  await running.printed(/Loaded again/)
  project.write({ 'mocks.ts': mocksWith(`port: ${port}, command: 'exit 1'`) })
  await running.printed(
    /exit code 1 before it was ready[\s\S]*The APIs that were served before still are\. The services have ended, as their ports were wanted\.\n/,
  )
  project.write({ 'mocks.ts': mocksWith(`port: ${port}, processEnv: { ROUND: '2' }`) })
  await running.printed(/Loaded again[\s\S]*Loaded again/)
  expect(startsOf(project).map((start) => start.port)).toEqual([port, port, port])
  running.child.kill('SIGINT')
  const { code, errors } = await running.ended
  expect([code, errors]).toEqual([0, ''])
  await nothingLeft(project)
})
