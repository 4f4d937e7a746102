import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { watched } from '../children.ts'
import { pathsOf, replyOf } from '../servers/subject.ts'
import { usageOf } from '../servers/usage.ts'

const build = new URL('node_modules/wiremock/build/', import.meta.url)
const headers = { 'content-type': 'application/json' }

export const isProgram = true

// Its answers stay the same, since templates cost it more. It reads every body.
export async function open(served) {
  const reply = replyOf(served)
  const jar = readdirSync(build).find((name) => name.endsWith('.jar'))
  const options = ['--port', '0', '--bind-address', '127.0.0.1', '--disable-banner']
  const java = watched(
    spawn('java', ['-jar', fileURLToPath(new URL(jar, build)), ...options], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
  const port = await portOf(java)
  const mappings = pathsOf(served).map((path) => ({
    request: {
      method: served.reads ? 'POST' : 'GET',
      ...(path.includes(':id')
        ? { urlPathTemplate: path.replace(':id', '{id}') }
        : { urlPath: path }),
    },
    response: { status: 200, headers, body: reply ?? '{"id":"7"}' },
  }))
  const imported = await fetch(`http://127.0.0.1:${port}/__admin/mappings/import`, {
    method: 'POST',
    body: JSON.stringify({ mappings }),
  })
  if (!imported.ok) throw new Error(await imported.text())
  return {
    port,
    usage: () => usageOf(java.pid),
    async stop() {
      java.kill('SIGKILL')
      await once(java, 'exit')
    },
  }
}

function portOf(java) {
  return new Promise((resolve, reject) => {
    let printed = ''
    java.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text
      const port = /^port:\s+(\d+)/m.exec(printed)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    java.once('error', reject)
    java.once('exit', () => reject(new Error(`WireMock ended: ${printed}`)))
  })
}
