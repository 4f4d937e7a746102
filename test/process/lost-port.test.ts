import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createFolder } from '../support/har.ts'
import { failure, node, plain, SERVER, start } from './apps.ts'

/** A listener of this process at a port that a child has been given, and asks for. */
async function startStranger(): Promise<{ url: string; port(): number }> {
  const sockets: net.Server[] = []
  let taken = 0
  const control = net.createServer((socket) => {
    socket.once('data', (data) => {
      taken = Number(String(data))
      const stranger = net.createServer((each) => each.end('HTTP/1.1 200 OK\r\n\r\n'))
      sockets.push(stranger)
      stranger.listen(taken, '127.0.0.1', () => socket.end('taken'))
    })
  })
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve))
  sockets.push(control)
  onTestFinished(() => sockets.forEach((server) => server.close()))
  return { url: String((control.address() as net.AddressInfo).port), port: () => taken }
}

/** What a child runs to let the stranger take its port before it goes on. */
const LOSE_PORT = `
  const net = require("node:net")
  const lose = (then) => {
    const socket = net.connect(process.env.STRANGER, "127.0.0.1", () => socket.write(process.env.PORT))
    socket.on("data", then)
  }`

test('somebody else answers on its port', async () => {
  const stranger = await startStranger()
  const { code, message } = await failure({
    command: node(`${LOSE_PORT}; lose(() => {}); setInterval(() => {}, 1000)`),
    env: { STRANGER: stranger.url },
    timeout: 4000,
  })
  expect(code).toBe('PROCESS_NOT_READY')
  expect(plain(message).split('\n\n')[0]).toMatch(
    /^the app was not ready within 4000 ms: port 23456 belongs to .+ \(pid \d+\), which it has not started\. End that; if it is right, name its URL: ready: \{ url: 'http:\/\/127\.0\.0\.1:\{port\}\/' \}\.$/,
  )
  expect(message).toContain(`(pid ${process.pid})`)
})

test.for([1, 3])('a port that is lost %i times is another one then', async (times) => {
  const stranger = await startStranger()
  const attempts = await createFolder()
  const script = `${LOSE_PORT}
    const { readdirSync, writeFileSync } = require("node:fs")
    writeFileSync(process.argv[1] + "/" + process.env.PORT, "")
    const begin = () => require("node:http").createServer((request, response) => response.end("here")).listen(process.env.PORT)
    if (readdirSync(process.argv[1]).length > Number(process.argv[2])) begin()
    else lose(begin)`
  const app = await start({
    command: node(script, attempts, String(times)),
    env: { STRANGER: stranger.url },
  })
  expect(stranger.port()).not.toBe(0)
  expect(app.port).not.toBe(stranger.port())
  expect(await (await fetch(app.url)).text()).toBe('here')
})

test.for([
  ['that ends with it', 'process.exit(1)'],
  ['that goes on', 'console.error("Address already in use")'],
])('one %s, and loses its port for the fourth time, is given up', async ([, reaction]) => {
  const stranger = await startStranger()
  const { code, message } = await failure({
    command: node(`${LOSE_PORT}
      setInterval(() => {}, 1000)
      lose(() => require("node:http").createServer().on("error", () => { ${reaction} }).listen(process.env.PORT))`),
    env: { STRANGER: stranger.url },
  })
  expect(code).toBe('PORT_TAKEN')
  expect(plain(message)).toMatch(
    /^the app lost port 23456 to .+ \(pid \d+\), and other ports before it\. End what takes them, or give it a port that nobody takes\.\n\nCommand: node -e/,
  )
})

test('a port that it must have, and somebody else has', async () => {
  const script = `const first = "a long command of a program that somebody else has started"\n${SERVER}`
  const { port, pid } = await start({ command: node(script) })
  const { code, message } = await failure({ command: node(SERVER), port })
  expect(code).toBe('PORT_TAKEN')
  const holder = `${process.execPath} -e ${script.replace('\n', ' ')}`.slice(0, 80)
  expect(message).toBe(
    `the app: port ${port} is in use by ${holder}… (pid ${pid}). End that, or leave out port to get a free one.`,
  )
})
