import { expect } from 'vitest'
import { listeningPorts } from '../support/listeners.ts'
import { ownPort } from '../support/own-port.ts'
import type { Ended, Project } from '../support/project.ts'
import { nothingLeft, startRun } from './app-project.ts'
import { inChromium, playwrightProject } from './playwright-project.ts'

/** An app that knows nothing of tests: it asks its API several times for each request, in several ways. */
const SERVER = `
import http from 'node:http'

const users = process.env.USERS_API_URL
const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
const byFetch = async () => (await fetch(users + '/users/1')).text()
const byHttp = () =>
  new Promise((resolve, reject) => {
    http
      .get(users + '/users/1', (response) => {
        let text = ''
        response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text))
      })
      .on('error', reject)
  })

async function names(count) {
  const all = []
  for (let index = 0; index < count; index++) {
    await pause()
    all.push(JSON.parse(await (index % 2 ? byHttp() : byFetch())).id)
  }
  return all
}

const PAGE = '<p id="name"></p><script>fetch("/names?1").then(async (r) => (name.textContent = await r.text()))</script>'
  .replace('name.textContent', 'document.querySelector("#name").textContent')

const wait = Promise.withResolvers()
let late

// At start, on nobody's behalf.
console.log('began with ' + (await names(1)))

http
  .createServer(async ({ url, headersDistinct }, response) => {
    const { pathname, search } = new URL(url, 'http://app')
    if (pathname === '/') return response.setHeader('content-type', 'text/html').end(PAGE)
    if (pathname === '/ready') return response.end()
    if (pathname === '/baggage') return response.end(JSON.stringify(headersDistinct.baggage ?? []))
    if (pathname === '/api') return response.end(users)
    if (pathname === '/moved') return response.writeHead(302, { location: '/names?1' }).end()
    if (pathname === '/later') late = wait.promise.then(() => fetch(users + '/users/1'))
    if (pathname === '/now') wait.resolve()
    if (pathname === '/now') return response.end((await (await late).text()))
    if (pathname === '/miss') return response.end(await (await fetch(users + '/nowhere')).text())
    try {
      response.end(JSON.stringify(await names(Number(search.slice(1)))))
    } catch {
      response.writeHead(502).end('the users are away')
    }
  })
  .listen(process.env.PORT, '127.0.0.1')
`

const TEST = `
import { mockTest } from 'mockberth/playwright'
import mocks from '../mocks.ts'

export { expect } from 'mockberth/playwright'
export const test = mockTest(mocks, { app: 'shared' })
`

/** What specs begin with that ask in many ways. */
export const HEAD = `
import { createServer } from 'node:http'
import { once } from 'node:events'
import { http, HttpResponse } from 'msw'
import { expect, test } from './test.ts'

const MARK = 'mockberth=[^,]{22}'
const only = (others) => [expect.stringMatching(new RegExp('^' + others + MARK + '$'))]
const give = (apis, id) => apis.users.use(http.get('/users/1', () => HttpResponse.json({ id })))

/** A server that is neither the app nor a mock, and says what baggage a request has. */
async function startOther() {
  const server = createServer(({ headersDistinct }, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.end(JSON.stringify(headersDistinct.baggage ?? []))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { url: 'http://127.0.0.1:' + server.address().port, stop: () => server.close().closeAllConnections() }
}
`

interface SharedProject extends Project {
  readonly port: number
}

const HUB = `"${process.execPath}" ../node_modules/mockberth/dist/cli/index.js hub mocks.ts --`

/** A project whose tests share an app, at a port of its own. */
export async function sharedProject(
  files: Readonly<Record<string, string>>,
  { options = '', use = '', via = '' } = {},
): Promise<SharedProject> {
  const port = await ownPort()
  const url = `http://127.0.0.1:${port}`
  const webServer = `{ command: '${HUB} ${via} node server.js', url: '${url}/ready', env: { PORT: '${port}' }, stdout: 'pipe' }`
  const project = playwrightProject(
    { 'server.js': SERVER, 'e2e/test.ts': TEST, ...files },
    `fullyParallel: true, webServer: ${webServer}, ${options} ${inChromium(`baseURL: '${url}', ${use}`)}`,
  )
  return { ...project, port }
}

/** Runs the tests of one to their end, after which nothing may be there. */
export async function runShared(
  project: SharedProject,
  args: readonly string[] = [],
): Promise<Ended> {
  const run = startRun(project, args)
  const ended = await run.ended
  await nothingLeft(run)
  expect(listeningPorts().has(project.port)).toBe(false)
  return ended
}
