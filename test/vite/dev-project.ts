import type { Project, Running } from '../support/project.ts'

export const MOCKS = `
import { http, HttpResponse } from 'msw'
import { defineMocks } from 'mockberth'
import { text } from './src/text'

export default defineMocks({
  users: { env: ['USERS_URL', 'VITE_USERS_URL'], handlers: [http.get('/who', () => HttpResponse.text(text))] },
  orders: { env: { ORDERS_URL: ({ url }) => url + '/v1' } },
})`

/** A page that asks a mock, and a path of the server that tells its environment. */
export const FILES = {
  'mocks.ts': MOCKS,
  'src/text.ts': `export const text: string = 'one'`,
  'vite.config.ts': `
import { mockberth } from 'mockberth/vite'
import { defineConfig } from 'vite'

const env = {
  name: 'env',
  configureServer: ({ middlewares }) => {
    middlewares.use('/env', (_request, response) => {
      const { USERS_URL, VITE_USERS_URL, ORDERS_URL, PEOPLE_URL } = process.env
      response.end(JSON.stringify({ USERS_URL, VITE_USERS_URL, ORDERS_URL, PEOPLE_URL }))
    })
  },
}
export default defineConfig({ plugins: [mockberth('./mocks.ts'), env], server: { port: 0 } })`,
  'index.html': '<p></p><script type="module" src="/src/main.ts"></script>',
  'src/main.ts': `
const reply = await fetch(import.meta.env.USERS_URL + '/who')
document.querySelector('p').textContent = (await reply.text()) + ' of ' + import.meta.env.USERS_URL`,
  'test/one.test.js': `
import { expect, test } from 'vitest'
test('is asked', async () => {
  expect(await (await fetch(process.env.USERS_URL + '/who')).text()).toBe('one')
})`,
}

export interface Dev extends Running {
  readonly url: string
}

export async function startDev(project: Project, args: readonly string[] = []): Promise<Dev> {
  const running = project.start('vite', ['--host', '127.0.0.1', ...args])
  const [, url] = await running.printed(/Local: +(http:\S+?)\/?\n/)
  return { ...running, url: url! }
}

export async function envOf({ url }: Dev): Promise<Record<string, string>> {
  return (await fetch(`${url}/env`)).json() as Promise<Record<string, string>>
}

export async function who(url = ''): Promise<string> {
  return (await fetch(`${url}/who`)).text()
}
