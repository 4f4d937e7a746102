import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { exchange, message } from '../support/raw-client.ts'
import { startApi } from './start-api.ts'

const upstream = 'https://api.github.com'
const allowedHosts = ['mock.internal', 'UPPER.example']
let asked = 0
const counter = http.all('*', () => HttpResponse.text(`answered ${++asked}`))

test.each([
  'localhost',
  'LOCALHOST:1234',
  'app.localhost',
  'a.b.localhost:80',
  '127.0.0.1',
  '127.0.0.1:65535',
  '127.1.2.3:80',
  '[::1]',
  '[::1]:8080',
  'api.github.com',
  'API.GitHub.com:443',
  'mock.internal',
  'mock.internal:8080',
  'upper.example',
])('Host: %s is accepted', async (host) => {
  const api = await startApi([counter], { upstream, allowedHosts })
  const reply = await exchange(api.port, message('GET /', [`Host: ${host}`]))
  expect(reply.status).toBe(200)
  const absolute = await exchange(api.port, message(`GET http://${host}/`, ['Host: localhost']))
  expect(absolute.status).toBe(200)
})

test.each([
  'evil.example',
  'evil.example:80',
  'github.com',
  'api.github.com.evil.example',
  'localhost.evil.example',
  'evillocalhost',
  '127.0.0.1.evil.example',
  '128.0.0.1',
  '0.0.0.0',
  '192.168.1.10:8080',
  '[::]',
  '[2001:db8::1]:80',
  'internal',
])('Host: %s is refused, and no handler hears of it', async (host) => {
  const api = await startApi([counter], { upstream, allowedHosts })
  const before = asked
  const reply = await exchange(api.port, message('GET /secrets', [`Host: ${host}`]))
  expect(reply).toMatchObject({ status: 421, statusText: 'Misdirected Request' })
  expect(reply.body.toString()).toContain(JSON.stringify(host))
  expect(reply.body.toString()).toContain('allowedHosts: [')
  const absolute = await exchange(api.port, message(`GET http://${host}/`, ['Host: localhost']))
  expect(absolute.status).toBe(421)
  expect(asked).toBe(before)
  expect(api.exchanges.map(({ outcome, response }) => [outcome, response?.status])).toEqual([
    ['failed', 421],
    ['failed', 421],
  ])
})

test('the refusal says exactly what to declare', async () => {
  const api = await startApi([counter])
  const reply = await exchange(api.port, message('GET /', ['Host: Mock.Internal:8080']))
  expect(reply.body.toString()).toBe(
    'mockberth: the Host header says "Mock.Internal:8080", which is not a name of this mock.\n' +
      '\n' +
      'Accepted are 127.0.0.1, localhost, *.localhost, [::1] and the host of the declared upstream.\n' +
      'To accept this one, declare it: allowedHosts: ["mock.internal"]\n',
  )
})

test('credentials in the target do not hide the host', async () => {
  const api = await startApi([counter])
  const reply = await exchange(
    api.port,
    message('GET http://localhost@evil.example/', ['Host: localhost']),
  )
  expect(reply.status).toBe(421)
})

test('a target with an allowed authority does not excuse the Host header', async () => {
  const api = await startApi([counter])
  const reply = await exchange(api.port, message('GET http://localhost/', ['Host: evil.example']))
  expect(reply.status).toBe(421)
})

test('HTTP/1.0 without Host is accepted', async () => {
  const api = await startApi([counter])
  expect((await exchange(api.port, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(200)
})

test('a page of a refused Host cannot read the refusal', async () => {
  const api = await startApi([counter])
  const reply = await exchange(
    api.port,
    message('GET /', ['Host: evil.example', 'Origin: http://evil.example']),
  )
  expect(reply.status).toBe(421)
  expect(reply.all('access-control-allow-origin')).toEqual([])
})
