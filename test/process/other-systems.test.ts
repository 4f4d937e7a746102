import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { isRunning } from '../support/processes.ts'
import { nodeLine, SERVER } from './apps.ts'

const has = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args).error === undefined
const module = new URL('../../src/process/start.ts', import.meta.url).href

/** Runs a script as on a system without /proc: by `ps` and `lsof`, which this machine has, too. */
function runElsewhere(script: string): string {
  const program = `
    Object.defineProperty(process, 'platform', { value: 'darwin' })
    const { startProcess } = await import(${JSON.stringify(module)})
    const [, server, child] = process.argv
    ${script}`
  const child = nodeLine('console.log("pid", process.pid); setInterval(() => {}, 1000)')
  const args = ['--input-type=module', '-e', program, '--', nodeLine(SERVER), child]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return stdout + stderr
}

const canRunElsewhere = has('ps') && has('lsof', '-v') && has('setsid', 'true')

test.runIf(canRunElsewhere)('without /proc, a tree is known by ps and its ports by lsof', () => {
  const output = runElsewhere(`
    const command = child + ' & setsid ' + child + ' & ' + server
    const app = await startProcess({ command })
    console.log(await (await fetch(app.url)).text() === String(app.port))
    while ((app.output.match(/pid/g) ?? []).length < 2) await new Promise(setImmediate)
    console.log(app.output)
    await app.stop()`)
  expect(output).toMatch(/^true\n/)
  const pids = [...output.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid))
  expect(pids).toHaveLength(2)
  expect(pids.filter(isRunning)).toEqual([])
})

test.runIf(canRunElsewhere)('without /proc, it is known who else has a port', () => {
  const output = runElsewhere(`
    const stranger = (await import('node:net')).createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => stranger.once('listening', resolve))
    const { port } = stranger.address()
    console.log(process.pid, port)
    await startProcess({ command: server, port }).catch((error) => console.log(error.message))
    const listenElsewhere = server.replace('listen(process.env.PORT)', 'listen(0)')
    await startProcess({ command: listenElsewhere, timeout: 4000 }).catch(({ message }) => console.log(message.split('\\n')[0]))
    process.exit()`)
  const [pid, port] = output.split(/\s/)
  expect(
    output.replaceAll(pid!, '42').replaceAll(port!, '3000').replaceAll(/\d{5}/g, '23456'),
  ).toBe(
    `42 3000
the app: port 3000 is in use by the process 42. End that, or leave out port to get a free one.
the app was not ready within 4000 ms: it does not listen on port 23456, but on 23456. Let it take its port from PORT, or from {port} in its command or environment.
`,
  )
})
