import { http, HttpResponse, type RequestHandler } from 'msw'
import { graphql as graphqlOf } from 'msw/graphql'
import { expect, test } from 'vitest'
import { nearestTo, type MissCase } from './missed.ts'

const reply = (): Response => HttpResponse.json({})
const on = (...lines: readonly string[]): RequestHandler[] =>
  lines.map((line) => {
    const [method, path] = line.split(' ') as ['get', string]
    return http[method](path, reply)
  })
const graphql = graphqlOf.link('/graphql')
const json = { 'content-type': 'application/json' }

const CASES: Record<string, MissCase> = {
  'a segment with a typo': {
    handlers: on('get /teams/:id', 'get /users/:id', 'get /orders/:id'),
    request: ['GET /user/1'],
    nearest: ['GET /users/:id', 'path segment 1: takes "users", got "user"'],
  },
  'a segment in another case': {
    handlers: on('get /team', 'get /Teams/list', 'get /things/list'),
    request: ['GET /teams/list'],
    nearest: ['GET /Teams/list', 'path segment 1: takes "Teams", got "teams"'],
  },
  'a segment too many': {
    handlers: on('get /', 'get /users/:id', 'post /users/:id/repos/:name'),
    request: ['GET /users/1/repos'],
    nearest: ['GET /users/:id', 'path segment 3: takes nothing, got "repos"'],
  },
  'a segment too few': {
    handlers: on('get /teams', 'get /users/:id/repos'),
    request: ['GET /users/1'],
    nearest: ['GET /users/:id/repos', 'path segment 3: takes "repos", got nothing'],
  },
  'a name that is missing at the end': {
    handlers: on('get /files', 'get /users/:id'),
    request: ['GET /users'],
    nearest: ['GET /users/:id', 'path segment 2: takes :id, got nothing'],
  },
  'a prefix that the handler does not have': {
    handlers: on('get /v2/teams/:id', 'get /users/:id'),
    request: ['GET /v1/users/1'],
    nearest: ['GET /users/:id', 'path segment 1: takes nothing, got "v1"'],
  },
  'a prefix that the request does not have': {
    handlers: on('get /users', 'get /v1/users/:id'),
    request: ['GET /users/1'],
    nearest: ['GET /users', 'path segment 2: takes nothing, got "1"'],
  },
  'another version': {
    handlers: on('get /v2/users/:id', 'get /v2/teams/:id'),
    request: ['GET /v1/users/1'],
    nearest: ['GET /v2/users/:id', 'path segment 1: takes "v2", got "v1"'],
  },
  'another method of the same path, before another path': {
    handlers: on('get /users/list', 'post /users'),
    request: ['GET /users'],
    nearest: ['POST /users', 'method: takes POST, got GET'],
  },
  'another method, where one handler takes all': {
    handlers: [http.all('/teams', reply), ...on('get /users')],
    request: ['DELETE /users'],
    nearest: ['GET /users', 'method: takes GET, got DELETE'],
  },
  'what takes all methods, of a path with a typo': {
    handlers: [...on('get /orders'), http.all('/users', reply)],
    request: ['DELETE /user'],
    nearest: ['ALL /users', 'path segment 1: takes "users", got "user"'],
  },
  'text before a pattern': {
    handlers: on('get /users/:id', 'get /users/me'),
    request: ['POST /users/me'],
    nearest: ['GET /users/me', 'method: takes GET, got POST'],
  },
  'a name before an asterisk': {
    handlers: on('get *', 'get /users/:id'),
    request: ['POST /users/1'],
    nearest: ['GET /users/:id', 'method: takes GET, got POST'],
  },
  'an asterisk that is any number of segments': {
    handlers: on('get /teams/:id', 'get /files/*/raw'),
    request: ['GET /files/a/b/c/row'],
    nearest: ['GET /files/*/raw', 'path segment 5: takes "raw", got "row"'],
  },
  'a name within a segment': {
    handlers: on('get /:name.xml', 'get /users/:name.json'),
    request: ['GET /user/octocat.json'],
    nearest: ['GET /users/:name.json', 'path segment 1: takes "users", got "user"'],
  },
  'a regular expression': {
    handlers: [http.get(/\/users\/\d+$/, reply), ...on('get /x/y/z')],
    request: ['GET /users/me'],
    nearest: [
      String.raw`GET /\/users\/\d+$/`,
      String.raw`path: takes /\/users\/\d+$/, got "/users/me"`,
    ],
  },
  'a regular expression that fits, for another method': {
    handlers: [...on('put /users'), http.get(/\/users\/\d+$/, reply)],
    request: ['PUT /users/1'],
    nearest: [String.raw`GET /\/users\/\d+$/`, 'method: takes GET, got PUT'],
  },
  'a predicate': {
    handlers: [http.get(() => false, reply), ...on('get /x')],
    request: ['GET /users'],
    nearest: ['GET [custom predicate]', 'predicate: takes what it returns true for, got another'],
  },
  'an operation of GraphQL': {
    handlers: [
      graphql.query('Viewer', reply),
      graphql.mutation('Star', reply),
      graphql.query(/^Repo/, reply),
    ],
    request: ['POST /graphql', '{"query":"query Viewers { viewer { id } }"}', json],
    nearest: [
      'query Viewer (origin: /graphql)',
      'operation: takes query Viewer, got query Viewers',
    ],
  },
  'a request that is no operation': {
    handlers: [graphql.query('Viewer', reply)],
    request: ['POST /graphql', '{"name":"Mona"}', json],
    nearest: [
      'query Viewer (origin: /graphql)',
      'operation: takes query Viewer, got none with a name',
    ],
  },
  'another endpoint': {
    handlers: [graphql.query('Viewer', reply)],
    request: ['POST /api/graphql', '{"query":"query Viewer { viewer { id } }"}', json],
    nearest: ['query Viewer (origin: /graphql)', 'path segment 1: takes nothing, got "api"'],
  },
  'an operation whose name a predicate decides about': {
    handlers: [graphql.query(() => false, reply)],
    request: ['POST /graphql', '{"query":"query Viewer { viewer { id } }"}', json],
    nearest: [
      'query [custom predicate] (origin: /graphql)',
      'predicate: takes what it returns true for, got another',
    ],
  },
  'another method than those of GraphQL': {
    handlers: [graphql.query('Viewer', reply)],
    request: ['PUT /graphql', '{"query":"query Viewer { viewer { id } }"}', json],
    nearest: ['query Viewer (origin: /graphql)', 'method: takes /GET|POST/, got PUT'],
  },
  'an operation in the query of a GET': {
    handlers: [graphql.query('Viewer', reply)],
    request: ['GET /graphql?query=query%20Viewers%20%7B%20id%20%7D'],
    nearest: [
      'query Viewer (origin: /graphql)',
      'operation: takes query Viewer, got query Viewers',
    ],
  },
  'an operation with a file': {
    handlers: [graphql.mutation('Star', reply)],
    request: [
      'POST /graphql',
      '--b\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"mutation Send { send }"}\r\n--b--\r\n',
      { 'content-type': 'multipart/form-data; boundary=b' },
    ],
    nearest: [
      'mutation Star (origin: /graphql)',
      'operation: takes mutation Star, got mutation Send',
    ],
  },
  'what looks like an operation, in a comment, in a text, and among fields': {
    handlers: [graphql.query('A', reply)],
    request: [
      'POST /graphql',
      JSON.stringify({
        query: '# query A\nfragment F on A { query A }\nquery B { b(text: "query A") query A }',
      }),
      json,
    ],
    nearest: ['query A (origin: /graphql)', 'operation: takes query A, got query B'],
  },
  'an operation that its document does not have': {
    handlers: [graphql.query('A', reply)],
    request: ['POST /graphql', '{"query":"query A { a }","operationName":"B"}', json],
    nearest: ['query A (origin: /graphql)', 'operation: takes query A, got none with a name'],
  },
  'an operation without a name': {
    handlers: [graphql.operation(() => undefined), graphql.operation(() => undefined)],
    request: ['POST /graphql', '{"query":"{ viewer { id } }"}', json],
    nearest: ['all (origin: /graphql)'],
  },
  'another origin': {
    handlers: on('get https://api.other.test/users', 'get https://api.test/teams/list'),
    request: ['GET /users'],
    nearest: [
      'GET https://api.other.test/users',
      'origin: takes https://api.other.test, got https://api.test',
    ],
  },
  'an origin with an asterisk': {
    handlers: on('get https://*.other.test/users'),
    request: ['GET /users'],
    nearest: [
      'GET https://*.other.test/users',
      'origin: takes https://*.other.test, got https://api.test',
    ],
  },
  'an origin with an asterisk that fits': {
    handlers: on('get *://:name.test/users', 'get /users/list'),
    request: ['PUT /users'],
    nearest: ['GET *://:name.test/users', 'method: takes GET, got PUT'],
  },
  'a name that may be missing': {
    handlers: on('get /users/:id?', 'get /users/list'),
    request: ['PUT /users'],
    nearest: ['GET /users/:id?', 'method: takes GET, got PUT'],
  },
  'an absolute handler of the same origin': {
    handlers: on('get /teams', 'get https://api.test/users/:id'),
    request: ['GET /user/1'],
    nearest: ['GET https://api.test/users/:id', 'path segment 1: takes "users", got "user"'],
  },
  'a handler that answers once, and did': {
    handlers: on('get /teams'),
    overrides: [http.get('/users', reply, { once: true })],
    request: ['GET /users'],
    nearest: ['GET /users', 'times: takes one request ({ once: true }), got another'],
  },
  'an override before a declared handler': {
    handlers: on('get /users/:id'),
    overrides: on('get /users/:login'),
    request: ['PUT /users/1'],
    nearest: ['GET /users/:login', 'method: takes GET, got PUT'],
  },
  'the root': {
    handlers: on('get /users/:id', 'get /users'),
    request: ['GET /'],
    nearest: ['GET /users', 'path segment 1: takes "users", got nothing'],
  },
  'a slash at the end means nothing to a handler': {
    handlers: on('get /users/:id', 'post /users/:id/repos'),
    request: ['PUT /users/1/'],
    nearest: ['GET /users/:id', 'method: takes GET, got PUT'],
  },
}

test.for(Object.entries(CASES))('%s', async ([, missed]) => {
  expect(await nearestTo(missed)).toEqual(missed.nearest)
})
