import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { createProject, projectsFolder } from '../support/project.ts'
import { exchange, message } from '../support/raw-client.ts'
import { CARRYING, pathOf, startApp, startUpstream } from './running-app.ts'

const PACKAGED = join(projectsFolder, 'node_modules/mockberth/dist/propagate/index.js')
const AGAIN = `${pathToFileURL(PACKAGED).href}?again`

/** Says which channels of outgoing requests are looked at. */
const WATCHED = `
  import { channel } from 'node:diagnostics_channel'
  const names = ['undici:request:create', 'undici:client:sendHeaders', 'http.client.request.created']
  export const watched = () => names.filter((name) => channel(name).hasSubscribers)`

/** Asks itself, so that its own server sees what is carried. */
const SERVER = `
  import http from 'node:http'
  export const serve = () => new Promise((resolve) => {
    const server = http.createServer(async (request, response) => {
      const { baggage = 'nothing' } = request.headers
      if (request.url === '/inner') return response.end(baggage)
      await new Promise((resume) => setTimeout(resume, 1))
      const inner = await fetch('http://127.0.0.1:' + server.address().port + '/inner')
      response.end(await inner.text())
    })
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
  export const ask = async (server, headers = {}) =>
    (await fetch('http://127.0.0.1:' + server.address().port + '/outer', { headers })).text()`

const FILES = { 'watched.mjs': WATCHED, 'server.mjs': SERVER }

const MARKED = `{ baggage: 'mockberth=one' }`

test.for([
  [
    'serves nothing',
    `import { watched } from './watched.mjs'
     await fetch('http://127.0.0.1:9').catch(() => {})
     console.log(JSON.stringify(watched()))`,
    '[]\n',
  ],
  [
    'is asked by no test',
    `import { watched } from './watched.mjs'
     import { ask, serve } from './server.mjs'
     const server = await serve()
     console.log(await ask(server), JSON.stringify(watched()))
     process.exit()`,
    'nothing []\n',
  ],
  [
    'is asked by one',
    `import { watched } from './watched.mjs'
     import { ask, serve } from './server.mjs'
     const server = await serve()
     console.log(await ask(server, ${MARKED}), watched().length)
     console.log(await ask(server))
     process.exit()`,
    'mockberth=one 3\nnothing\n',
  ],
  [
    'serves in a worker thread',
    `import { isMainThread, Worker } from 'node:worker_threads'
     import { ask, serve } from './server.mjs'
     if (isMainThread) new Worker(new URL(import.meta.url))
     else {
       console.log(await ask(await serve(), ${MARKED}))
       process.exit()
     }`,
    'mockberth=one\n',
  ],
  [
    'has OpenTelemetry broken',
    `import { ask, serve } from './server.mjs'
     const get = () => { throw new Error('broken') }
     Object.defineProperty(globalThis, Symbol.for('opentelemetry.js.api.1'), { get })
     console.log(await ask(await serve(), { ...${MARKED}, traceparent: 'x' }))
     process.exit()`,
    'mockberth=one\n',
  ],
] as const)('a process that %s prints what it would', async ([, script, expected]) => {
  const project = createProject({ ...FILES, 'main.mjs': script })
  const { code, output } = await project.run('node', [...CARRYING, 'main.mjs'])
  expect(output).toBe(expected)
  expect(code).toBe(0)
})

test.for(['http', 'http2'])(
  'what comes to a server of node:%s that a test has made belongs to nobody',
  async (name) => {
    const main = `
    import { once } from 'node:events'
    import http from 'node:http'
    import http2 from 'node:http2'
    import { ask, serve } from './server.mjs'
    const echo = await serve()
    const said = () => ask(echo).then((baggage) => console.log(baggage))
    const made = ${name}.createServer((request, response) => {
      request.resume().on('end', () => said().then(() => response.end()))
    })
    const maker = http.createServer((_, response) => {
      made.listen(0, '127.0.0.1', () => response.end())
    }).listen(0, '127.0.0.1')
    await once(maker, 'listening')
    await fetch('http://127.0.0.1:' + maker.address().port, { headers: ${MARKED} })
    const url = 'http://127.0.0.1:' + made.address().port
    if ('${name}' === 'http') await (await fetch(url, { method: 'POST', body: 'body' })).text()
    else {
      const session = http2.connect(url)
      const stream = session.request({ ':method': 'POST' }).resume()
      stream.write('bo')
      setTimeout(() => stream.end('dy'), 50)
      await once(stream, 'close')
    }
    process.exit()`
    const project = createProject({ ...FILES, 'main.mjs': main })
    const { code, output } = await project.run('node', [...CARRYING, 'main.mjs'])
    expect(output).toBe('nothing\n')
    expect(code).toBe(0)
  },
)

test('the time that an agent gives a kept connection runs out for who uses it', async () => {
  const main = `
    import http from 'node:http'
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1, timeout: 300 })
    const server = http.createServer((request, response) => {
      if (request.url === '/inner') return response.end(request.headers.baggage ?? 'nothing')
      if (request.url === '/kept') return response.end('kept')
      if (request.url === '/silent') return
      const where = { host: '127.0.0.1', port: server.address().port }
      if (request.url === '/first') {
        http.get({ ...where, agent, path: '/kept' }, (reply) => reply.pipe(response))
      } else {
        http.get({ ...where, agent, path: '/silent' }).on('timeout', () => {
          http.get({ ...where, path: '/inner' }, (reply) => reply.pipe(response))
        })
      }
    })
    server.listen(0, '127.0.0.1', async () => {
      const url = 'http://127.0.0.1:' + server.address().port
      for (const [path, baggage] of [['/first', 'mockberth=first'], ['/second', 'mockberth=second']]) {
        console.log(await (await fetch(url + path, { headers: { baggage } })).text())
      }
      process.exit()
    })`
  const project = createProject({ 'main.mjs': main })
  const { code, output } = await project.run('node', [...CARRYING, 'main.mjs'])
  expect(output).toBe('kept\nmockberth=second\n')
  expect(code).toBe(0)
})

test('an app of CommonJS', async () => {
  const main = `
    const http = require('node:http')
    const server = http.createServer((request, response) => {
      if (request.url === '/inner') return response.end(request.headers.baggage ?? 'nothing')
      setImmediate(() => http.get({ ...where(), path: '/inner' }, (reply) => reply.pipe(response)))
    })
    const where = () => ({ host: '127.0.0.1', port: server.address().port })
    server.listen(0, '127.0.0.1', () => {
      const request = http.get({ ...where(), headers: ${MARKED} }, (reply) => {
        reply.setEncoding('utf8').on('data', console.log).on('end', () => process.exit())
      })
    })`
  const project = createProject({ 'main.cjs': main })
  const { code, output } = await project.run('node', [...CARRYING, 'main.cjs'])
  expect(output).toBe('mockberth=one\n')
  expect(code).toBe(0)
})

test.for([
  ['by NODE_OPTIONS and on the command line', CARRYING, { NODE_OPTIONS: CARRYING.join(' ') }],
  ['as two copies', [...CARRYING, '--import', AGAIN], {}],
] as const)('loaded twice, %s, it carries once', async ([, options, env]) => {
  const [app, upstream] = await Promise.all([startApp(options, env), startUpstream()])
  const headers = ['baggage: a=1,mockberth=one', 'traceparent: x', 'tracestate: y=1']
  for (const client of ['fetch', 'undici.request', 'http.request', 'http.request with Expect']) {
    const path = pathOf('setTimeout', client, upstream.url, { baggage: 'own=1' })
    await exchange(app.http, message(`GET ${path}`, headers))
    const sent = ['baggage', 'traceparent', 'tracestate'].map((name) =>
      upstream.values(name).at(-1),
    )
    expect(sent).toEqual([['own=1', 'mockberth=one'], ['x'], ['y=1']])
  }
  expect(app.running.output()).toMatch(/^\{.*\}\n$/)
})

test('it loads nothing but two modules of Node', () => {
  const loaded = new Set<string>()
  const load = (file: string): void => {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/^import .*?"(.*)";$/gm)) {
      if (name!.startsWith('.')) load(join(file, '..', name!))
      else loaded.add(name!)
    }
  }
  load(PACKAGED)
  expect(loaded).toEqual(new Set(['node:async_hooks', 'node:diagnostics_channel']))
})
