import { http, HttpResponse } from 'msw'
import { describe, expect } from 'vitest'
import { profilePage } from '../src/profile.ts'
import { test } from './test.ts'

describe('the profile page', () => {
  test('shows the name and the repositories', async () => {
    expect(await profilePage('mona')).toBe('# Mona Lisa\n- hello-world (7 stars)')
  })

  test('falls back to the login when there is no name', async ({ apis }) => {
    apis.github.use(
      http.get('/users/ghost', () => HttpResponse.json({ login: 'ghost', name: null })),
      http.get('/users/ghost/repos', () => HttpResponse.json([])),
    )

    expect(await profilePage('ghost')).toBe('# ghost')
  })

  test('asks with the token, and for the person alone', async ({ apis }) => {
    await profilePage('mona')

    expect(apis.github.exchanges.map(({ request }) => request.path)).toEqual([
      '/users/mona',
      '/users/mona/repos',
    ])
    expect(apis.github).toHaveReceived('GET', '/users/:login', {
      headers: { authorization: 'token github-token' },
    })
  })

  test('follows the links to further repositories, and sorts them by stars', async ({ apis }) => {
    apis.github.use(
      http.get('/users/mona/repos', ({ request }) => {
        const url = new URL(request.url)
        if (url.searchParams.get('page') === '2') {
          return HttpResponse.json([{ name: 'famous', stargazers_count: 900 }])
        }
        url.searchParams.set('page', '2')
        return HttpResponse.json([{ name: 'quiet', stargazers_count: 1 }], {
          headers: { link: `<${url}>; rel="next"` },
        })
      }),
    )

    expect(await profilePage('mona')).toBe('# Mona Lisa\n- famous (900 stars)\n- quiet (1 stars)')
  })
})
