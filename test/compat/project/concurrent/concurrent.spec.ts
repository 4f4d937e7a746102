import { http, HttpResponse } from 'msw'
import nodeHttp from 'node:http'
import { beforeEach, describe, expect } from 'vitest'
import { test } from '../test.ts'

const get = (path: string) => fetch(`${process.env.GITHUB_API_URL}${path}`)

const getByHttp = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    nodeHttp
      .get(`${process.env.GITHUB_API_URL}${path}`, (response) => {
        let body = ''
        response.on('data', (chunk) => (body += String(chunk))).on('end', () => resolve(body))
      })
      .on('error', reject)
  })

const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 5))

describe.concurrent('tests that overlap', () => {
  beforeEach(({ apis }: never) => {
    // oxlint-disable-next-line typescript/no-explicit-any -- hooks of `vitest` know no fixtures
    ;(apis as any).github.use(
      http.get('/once', () => HttpResponse.text('of the hook'), { once: true }),
    )
  })

  test.for(Array.from({ length: 30 }, (_, index) => String(index)))(
    'have mocks of their own: %s',
    async (name, { apis }) => {
      apis.github.use(http.get('/users/octocat', () => HttpResponse.text(name)))
      expect(await (await get('/once')).text()).toBe('of the hook')
      for (let index = 0; index < 4; index++) {
        await pause()
        expect(await (await get('/users/octocat')).text()).toBe(name)
        expect(await getByHttp('/users/octocat')).toBe(name)
      }
      expect(apis.github.exchanges).toHaveLength(9)
    },
  )
})

test('one after them has what was declared', async ({ apis }) => {
  expect(await (await get('/once')).text()).toBe('first')
  expect(apis.github.exchanges).toHaveLength(1)
})
