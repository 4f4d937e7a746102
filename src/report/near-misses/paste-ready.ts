import type { BodyContent, RequestFacts } from '../../contract/index.ts'
import { operationOf } from '../../traffic/graphql.ts'

/** A request for which a handler is to be written. */
export interface UnansweredRequest {
  readonly api: string
  readonly request: RequestFacts
  readonly body: BodyContent | undefined
  /** Names of query parameters that tell it from others of the same path. */
  readonly queryNames: readonly string[]
}

/** An MSW handler that answers a request, to be pasted into a test. */
export function pasteReadyHandler(unanswered: UnansweredRequest): string {
  const { api, request } = unanswered
  const method = handlerMethod(request.method)
  const path = handlerPath(request.path)
  const apis = /^[\w$]+$/.test(api) ? `apis.${api}` : `apis[${literal(api)}]`
  const operation = operationOf(unanswered.body)
  if (operation !== undefined) {
    return [
      `${apis}.use(`,
      `  http.${method}(${path}, async ({ request }) => {`,
      `    if (/\\b${operation.name}\\b/.test(await request.clone().text())) {`,
      `      return HttpResponse.json({ data: {} })`,
      `    }`,
      `  }),`,
      `)`,
    ].join('\n')
  }
  const conditions = unanswered.queryNames.map((name) => condition(name, request.query))
  if (conditions.length === 0) {
    return `${apis}.use(http.${method}(${path}, () => HttpResponse.json({})))`
  }
  return [
    `${apis}.use(`,
    `  http.${method}(${path}, ({ request }) => {`,
    `    const query = new URL(request.url).searchParams`,
    `    if (${conditions.join(' && ')}) return HttpResponse.json({})`,
    `  }),`,
    `)`,
  ].join('\n')
}

function handlerMethod(method: string): string {
  const name = method.toLowerCase()
  return /^(get|head|post|put|patch|delete|options)$/.test(name) ? name : 'all'
}

/** A path in which MSW would find a pattern is one for a regular expression. */
function handlerPath(path: string): string {
  if (/^[\w\-.~!$&',;=@%/]*$/.test(path) && !/%25|%2f|\/\//i.test(path)) return literal(path)
  return (
    String.raw`/^https?:\/\/[^/]+` + `${path.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)}$/`
  )
}

function condition(name: string, query: string): string {
  const value = new URLSearchParams(query).get(name)
  return value === null
    ? `!query.has(${literal(name)})`
    : `query.get(${literal(name)}) === ${literal(value)}`
}

function literal(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
  return `'${escaped.replaceAll("'", String.raw`\'`)}'`
}
