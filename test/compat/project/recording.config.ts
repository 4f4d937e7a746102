import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { mockberth } from 'mockberth/vitest/plugin'
import { defineConfig } from 'vitest/config'

// The real API. It is there before the declaration is looked at.
const upstream = http.createServer((request, response) => response.end(`said ${request.url}`))
await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
upstream.unref()
process.env.ECHO_ORIGIN = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`
process.env.MOCKBERTH_MODE = 'record'
delete process.env.CI

export default defineConfig({
  plugins: [mockberth('./recorded.ts')],
  test: { include: ['recording/*.spec.ts'] },
})
