import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { createFolder } from '../support/har.ts'
import { portsOf } from '../support/listeners.ts'
import { guardsOf, isRunning, statOf } from '../support/processes.ts'
import { node, nodeLine, plain, SERVER, start } from './apps.ts'

async function printedPids(app: { readonly output: string }, count: number): Promise<number[]> {
  const pids = (): number[] => [...app.output.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid))
  await expect.poll(pids).toHaveLength(count)
  return pids()
}

const SAY_PID = 'console.log("pid", process.pid); '

test('stop() ends it as its signal does, and may be called again', async () => {
  const app = await start({ command: node(SERVER) })
  await Promise.all([app.stop(), app.stop()])
  expect(isRunning(app.pid)).toBe(false)
  expect(await app.exited).toEqual({ code: null, signal: 'SIGTERM' })
  expect(app.isAlive()).toBe(false)
  await app.stop()
  await app.verify()
})

test('it may take its time to end, and say its last', async () => {
  const script = `
    process.on("SIGINT", () => setTimeout(() => {
      console.log("saved")
      process.exit(7)
    }, 100))
    ${SERVER}`
  const app = await start({ command: node(script), signal: 'SIGINT' })
  await app.stop()
  expect(await app.exited).toEqual({ code: 7, signal: null })
  expect(app.output).toBe('OPTIONS *\nsaved\n')
})

test('each process is asked once', async () => {
  const script = `
    process.on("SIGTERM", () => {
      console.log("asked", process.argv[1])
      setTimeout(() => process.exit(), 300)
    })
    if (process.argv[1] === "parent") {
      require("node:child_process").spawn(process.execPath, ["-e", process.argv[2], "child", ""], { stdio: "inherit" })
      ${SERVER}
    } else { console.log("child is up"); setInterval(() => {}, 1000) }`
  const app = await start({ command: node(script, 'parent', script) })
  await expect.poll(() => app.output).toContain('child is up')
  await app.stop()
  const lines = app.output.split('\n').filter((line) => line.startsWith('asked'))
  expect(lines.toSorted()).toEqual(['asked child', 'asked parent'])
})

const hasSetsid = spawnSync('setsid', ['true']).status === 0

const CHILD = nodeLine(`${SAY_PID} setInterval(() => {}, 1000)`)
const STUBBORN = nodeLine(`${SAY_PID} process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)`)

const FAMILIES: Record<string, string> = {
  'children of a shell': `${CHILD} & ${CHILD} & `,
  grandchildren: `sh -c "sh -c \\"${CHILD.replaceAll('"', '\\\\\\"')} & wait\\" & wait" & ${CHILD} & `,
  'children whose parents are gone': `sh -c "${CHILD.replaceAll('"', '\\"')} &" ; ${CHILD} & `,
  ...(hasSetsid && {
    'children with a session of their own': `setsid ${CHILD} & setsid ${CHILD} & `,
    'children with a session of their own whose parents are gone': `(setsid ${CHILD} &) ; (setsid ${CHILD} &) ; `,
  }),
}

test.for(Object.entries(FAMILIES))('stop() ends %s', async ([, children]) => {
  const app = await start({ command: `${children} exec ${nodeLine(SERVER)}` })
  const pids = await printedPids(app, 2)
  await app.stop()
  expect([app.pid, ...pids].filter(isRunning)).toEqual([])
})

test('what does not end when it is asked is killed, and so are children', async () => {
  const script = `process.on("SIGTERM", () => console.log("no")); ${SERVER}`
  const app = await start({ command: node(script) })
  const child = hasSetsid ? `(setsid ${STUBBORN} &) ;` : `${STUBBORN} &`
  const parent = await start({ command: `${child} ${STUBBORN} & exec ${nodeLine(SERVER)}` })
  const pids = await printedPids(parent, 2)
  await Promise.all([app.stop(), parent.stop()])
  expect(await app.exited).toEqual({ code: null, signal: 'SIGKILL' })
  expect(app.output).toBe('OPTIONS *\nno\n')
  expect([parent.pid, ...pids].filter(isRunning)).toEqual([])
})

test('when it ends by itself, what it leaves behind is ended', async () => {
  const script = `${SERVER}; require("node:http").createServer(() => process.exit(5)).listen(0, function () { console.log("end", this.address().port) })`
  const app = await start({ command: `${CHILD} & exec ${nodeLine(script)}` })
  const [child] = await printedPids(app, 1)
  const port = /end (\d+)/.exec(app.output)![1]
  await fetch(`http://127.0.0.1:${port}`).catch(() => {})
  expect(await app.exited).toEqual({ code: 5, signal: null })
  expect(app.isAlive()).toBe(false)
  await expect.poll(() => isRunning(child!)).toBe(false)
})

/** A server that ends with this code when it is asked for /die. */
const MORTAL = SERVER.replace(
  'response.end',
  'if (request.url === "/die") { console.error("Error: out of memory"); process.exit(9) }; response.end',
)

test('one that dies while it is in use says how, at once', async () => {
  const app = await start({ command: node(MORTAL) })
  await app.verify()
  await fetch(`${app.url}/die`).catch(() => {})
  const error = await app.verify().then(
    () => expect.unreachable('it is alive'),
    (thrown: { code: string; message: string }) => thrown,
  )
  expect(error.code).toBe('PROCESS_ENDED')
  expect(plain(error.message).replace(MORTAL, '…')).toBe(
    `the app ended with exit code 9 while it was in use. Its output says why; mend that, or its command.

Command: node -e …
Folder: ${process.cwd()}
Port: 23456

The last of its output:
  OPTIONS *
  OPTIONS *
  GET /die
  Error: out of memory`,
  )
  expect(app.isAlive()).toBe(false)
  await expect(app.verify()).rejects.toThrow(error.message)
})

test('one whose server has died, though its command goes on, is dead', async () => {
  const app = await start({ command: `${nodeLine(MORTAL)}; exec sleep 1000` })
  await fetch(`${app.url}/die`).catch(() => {})
  await expect(app.verify()).rejects.toMatchObject({
    code: 'PROCESS_ENDED',
    message: expect.stringMatching(
      `^the app no longer listens on port ${app.port}, and its command still runs. Its output says why; mend that.\n\nCommand: `,
    ),
  })
  expect(app.isAlive()).toBe(false)
})

test('so is one that told where it listens in its output', async () => {
  const script = MORTAL.replace(
    'listen(process.env.PORT)',
    'listen(0, () => console.log("port", server.address().port))',
  )
  const ready = { output: /port (?<port>\d+)/ }
  const app = await start({ command: `${nodeLine(script)}; exec sleep 1000`, port: false, ready })
  await app.verify()
  await fetch(`${app.url}/die`).catch(() => {})
  await expect(app.verify()).rejects.toThrow(`the app no longer listens on port ${app.port}, and`)
})

test('one that is busy is alive', async () => {
  const script = SERVER.replace(
    'response.end',
    'if (request.url === "/busy") for (const end = Date.now() + 1500; Date.now() < end;); response.end',
  )
  const app = await start({ command: node(script) })
  const answer = fetch(`${app.url}/busy`)
  await expect.poll(() => app.output).toContain('GET /busy')
  await app.verify()
  expect((await answer).status).toBe(200)
})

test('the guard has nothing of ours open, and goes when there is nothing to guard', async () => {
  const first = await start({ command: node(SERVER) })
  const [guard, ...others] = guardsOf()
  expect(others).toEqual([])
  const second = await start({ command: node(SERVER) })
  expect(guardsOf()).toEqual([guard])
  expect(portsOf(guard!)).toEqual([])
  expect(statOf(guard!)?.session).toBe(guard)
  await first.stop()
  expect(guardsOf()).toEqual([guard])
  await second.stop()
  await expect.poll(() => guardsOf()).toEqual([])
})

test('a guard that was killed is followed by another, which knows of all', async () => {
  const first = await start({ command: node(SERVER) })
  const [killed] = guardsOf()
  process.kill(killed!, 'SIGKILL')
  await expect.poll(() => statOf(killed!)).toBeUndefined()
  const second = await start({ command: node(SERVER) })
  const [guard] = guardsOf()
  await second.stop()
  expect(guardsOf()).toEqual([guard])
  await first.stop()
  await expect.poll(() => guardsOf()).toEqual([])
})

test('a folder in which it ran can be removed, and it can be disposed of', async () => {
  const cwd = await createFolder()
  const app = await start({ command: node(SERVER), cwd })
  await app[Symbol.asyncDispose]()
  expect(isRunning(app.pid)).toBe(false)
})
