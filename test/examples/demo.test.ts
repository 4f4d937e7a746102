import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { openPorts } from '../../scripts/demo/listening.ts'
import { createProject } from '../support/project.ts'

const demo = fileURLToPath(new URL('../../scripts/demo.ts', import.meta.url))

const mocked = {
  'mocks.ts': `
    import { defineMocks } from 'mockberth'
    import { http, HttpResponse } from 'msw'
    export default defineMocks({
      shop: { env: 'SHOP_URL', handlers: () => [http.get('/', () => new HttpResponse())] },
    })`,
  'vitest.config.ts': `
    import { mockberth } from 'mockberth/vitest/plugin'
    export default { plugins: [mockberth('./mocks.ts')] }`,
  'test.ts': `
    import { mockTest } from 'mockberth/vitest'
    import mocks from './mocks.ts'
    export { expect } from 'vitest'
    export const test = mockTest(mocks)`,
}

test('the demo fails with a test that fails, and shows what Vitest says about it', async () => {
  const project = createProject({
    ...mocked,
    'a.test.ts': `
      import { expect, test } from './test.ts'
      test('is answered', async () => {
        expect((await fetch(process.env.SHOP_URL!)).status).toBe(418)
      })`,
  })

  const { code, output } = await project.run('node', [demo, project.folder])

  expect(output).toMatch(/^a\.test\.ts +process \d+ +shop +http:\/\/127\.0\.0\.1:\d+ +1 +\d+ ms$/m)
  expect(output).toMatch(/^failed {2}is answered/m)
  expect(output).toMatch(/^0 of 1 tests passed/m)
  expect(output).toMatch(/^The tests failed\. Vitest says:[\s\S]*expected 200 to be 418/m)
  expect(code).toBe(1)
})

test('the demo fails with a project whose tests cannot be run', async () => {
  const project = createProject({ ...mocked, 'mocks.ts': 'export default 1' })

  const { code, output } = await project.run('node', [demo, project.folder])

  expect(output).toMatch(/the default export of \S+mocks\.ts is not a declaration/)
  expect(code).toBe(1)
})

test('the demo fails when a process of the run is left listening', async () => {
  const project = createProject({
    ...mocked,
    'a.test.ts': `
      import { spawn } from 'node:child_process'
      import { once } from 'node:events'
      import { writeFileSync } from 'node:fs'
      import { test } from './test.ts'

      const program = \`
        const server = require('node:net').createServer()
        server.listen(0, '127.0.0.1', () => process.send(server.address().port))\`

      test('leaves a server behind', async () => {
        const stdio = ['ignore', 'ignore', 'ignore', 'ipc']
        const child = spawn(process.execPath, ['-e', program], { detached: true, stdio })
        const [port] = await once(child, 'message')
        writeFileSync('left.json', JSON.stringify({ pid: child.pid, port }))
        child.disconnect()
        child.unref()
      })`,
  })

  const { code, output } = await project.run('node', [demo, project.folder])

  const left = JSON.parse(readFileSync(join(project.folder, 'left.json'), 'utf8'))
  onTestFinished(() => {
    process.kill(left.pid)
  })
  expect(output).toMatch(/^1 of 1 tests passed/m)
  expect(output).toMatch(new RegExp(`^Left listening: port ${left.port} \\(.+\\)\\.$`, 'm'))
  expect(code).toBe(1)
})

test('open ports are found on either loopback family', async () => {
  const four = await listen('127.0.0.1')
  const six = await listen('::1')
  onTestFinished(() => {
    four.server.close()
    six.server.close()
  })
  const nobodys = 1

  expect(await openPorts([four.port, nobodys, six.port])).toEqual([four.port, six.port])
})

async function listen(host: string): Promise<{ server: net.Server; port: number }> {
  const server = net.createServer().listen(0, host)
  await once(server, 'listening')
  return { server, port: (server.address() as net.AddressInfo).port }
}
