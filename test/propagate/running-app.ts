import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { createProject, type Running } from '../support/project.ts'

/** Makes Node carry, as a user's package would have it. */
export const CARRYING: readonly string[] = ['--import', 'mockberth/propagate']

/** Makes Node be instrumented by OpenTelemetry. */
export const INSTRUMENTED: readonly string[] = [
  '--import',
  fileURLToPath(new URL('open-telemetry.process.ts', import.meta.url)),
]

/** The ports on which an app listens, of each protocol, and its process. */
export interface App {
  readonly http: number
  readonly http2: number
  readonly https: number
  readonly running: Running
}

/** Starts the app in app.process.ts; it ends with the test. */
export async function startApp(
  options: readonly string[] = CARRYING,
  env: NodeJS.ProcessEnv = {},
): Promise<App> {
  const file = fileURLToPath(new URL('app.process.ts', import.meta.url))
  const running = createProject({}).start('node', [...options, file], env)
  const [, ports] = await running.printed(/^(\{.*\})$/m)
  return { ...(JSON.parse(ports!) as Omit<App, 'running'>), running }
}

/** A real API, and what it was asked. */
export interface Upstream {
  readonly url: string
  readonly port: number
  /** The paths, in order. */
  paths(): string[]
  /** The values of a header as they came, line by line, of every request for a path. */
  values(name: string, path?: string): string[][]
}

/** Starts one whose answers come piece by piece; it ends with the test. */
export async function startUpstream(tls?: https.ServerOptions): Promise<Upstream> {
  const seen: http.IncomingMessage[] = []
  const answer: http.RequestListener = (request, response) => {
    seen.push(request)
    response.write('an')
    setTimeout(() => response.end('swer'), 5)
  }
  const server = tls === undefined ? http.createServer(answer) : https.createServer(tls, answer)
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    paths: () => seen.map(({ url }) => url!),
    values: (name, path) =>
      seen
        .filter(({ url }) => path === undefined || url === path)
        .map(({ rawHeaders }) => rawHeaders.filter((_, at) => isValueOf(name, rawHeaders, at))),
  }
}

function isValueOf(name: string, rawHeaders: readonly string[], at: number): boolean {
  return at % 2 === 1 && rawHeaders[at - 1]!.toLowerCase() === name
}

/** The path by which the app is told what to ask. */
export function pathOf(
  moment: string,
  client: string,
  to: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  const words = [moment, client].map(encodeURIComponent).join('/')
  return `/${words}?${new URLSearchParams({ to, ...headers }).toString()}`
}
