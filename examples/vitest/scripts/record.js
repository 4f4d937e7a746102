// Records the products API again: it starts the real one, which here is a json-server with
// fixtures/products.json, and runs the tests of it in the mode `record`.

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import jsonServer from 'json-server'

const PORT = 4400
const file = new URL('../fixtures/products.json', import.meta.url)

const app = jsonServer.create()
app.use(jsonServer.defaults({ logger: false }))
app.use(jsonServer.router(JSON.parse(readFileSync(file, 'utf8'))))
const server = app.listen(PORT, '127.0.0.1', () => {
  const tests = spawn('vitest', ['run', 'test/products.test.ts'], {
    stdio: 'inherit',
    env: { ...process.env, MOCKBERTH_MODE: 'record' },
  })
  tests.once('exit', (code) => {
    process.exitCode = code ?? 1
    server.close()
  })
})
