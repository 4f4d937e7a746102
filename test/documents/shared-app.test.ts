import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { INSTRUMENTED, pathOf, startApp, startUpstream } from '../propagate/running-app.ts'
import { createProject, type Project } from '../support/project.ts'
import { filesOf, proveBlocks, type Proof } from './blocks.ts'
import { interrupt, startShell } from './shell.ts'

/** Asks an API for each request that it gets. */
const SERVER = `
import http from 'node:http'

const server = http.createServer(async (request, response) => {
  response.end(await (await fetch(process.env.GITHUB_API_URL + '/users/octocat')).text())
})
server.listen(0, '127.0.0.1', () => console.log('at http://127.0.0.1:' + server.address().port))`

function projectWithServer(): Project {
  const project = createProject({
    'server.js': SERVER,
    'fixtures/mocks.ts': filesOf('README.md')['fixtures/mocks.ts']!,
    'package.json':
      '{ "type": "module", "private": true, "scripts": { "start": "node server.js" } }',
  })
  symlinkSync('../../node_modules/mockberth', join(project.folder, 'node_modules/mockberth'))
  return project
}

/** Of a block that starts an app with the module: what it asks carries the mark of who asks it. */
const carriesTheMark: Proof = async (text) => {
  const upstream = await startUpstream()
  const app = startShell(projectWithServer(), text, { GITHUB_API_URL: upstream.url })
  const [, url] = await app.printed(/at (http\S+)/)
  await fetch(url!, { headers: { baggage: 'mockberth=0b7c1d5e' } })
  expect(upstream.values('baggage')).toEqual([['mockberth=0b7c1d5e']])
  await interrupt(app)
}

proveBlocks('docs/shared-app.md', {
  'node --import mockberth/propagate server.js': carriesTheMark,
  'NODE_OPTIONS="--import file://$PWD/node_modules/mockberth/dist/propagate/index.js" npm start':
    carriesTheMark,
  // Its last lines start programs of OpenTelemetry's that are not here; its SDK for Node, which is, reads the same variables.
  async 'export OTEL_PROPAGATORS=tracecontext,baggage'(text) {
    const env = Object.fromEntries(
      [...text.matchAll(/(OTEL_\w+)=(\S+)/g)].map(([, variable, value]) => [variable, value]),
    )
    const [app, upstream] = await Promise.all([startApp(INSTRUMENTED, env), startUpstream()])
    const headers = { baggage: 'mockberth=0b7c1d5e' }
    await fetch(`http://127.0.0.1:${app.http}${pathOf('setTimeout', 'fetch', upstream.url)}`, {
      headers,
    })
    expect(upstream.values('baggage')).toEqual([[headers.baggage]])
  },
  async 'npx mockberth hub fixtures/mocks.ts -- node server.js'(text) {
    const hub = startShell(projectWithServer(), text)
    const [, url] = await hub.printed(/at (http\S+)/)
    expect((await fetch(url!)).status).toBe(200)
    await interrupt(hub)
    await expect(fetch(url!)).rejects.toThrow('fetch failed')
  },
})
