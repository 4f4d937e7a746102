import {
  headerValue,
  toHeaders,
  type BodyContent,
  type RequestFacts,
} from '../../contract/index.ts'
import { handledUrl } from '../../responders/msw/fetch.ts'
import { operationOf, type Operation } from '../../traffic/graphql.ts'

/** A request for which a handler is to be written. */
export interface UnansweredRequest {
  readonly api: string
  readonly request: RequestFacts
  readonly body: BodyContent | undefined
  /** What tells it from recorded requests to the same place. */
  readonly telling: Telling
}

export interface Telling {
  /** Names of query parameters. */
  readonly parameters: readonly string[]
  /** Names of headers. */
  readonly headers: readonly string[]
  readonly isBody: boolean
}

/** An MSW handler that answers a request, to be pasted into a test. */
export function pasteReadyHandler(unanswered: UnansweredRequest): string {
  const { api, request } = unanswered
  const { method, path, query } = request
  const url = handledUrl(`${path}?${query}`, 'http://localhost')
  const handler = `http.${handlerMethod(method)}(${handlerPath(url.pathname)}`
  const apis = /^[A-Za-z_$][\w$]*$/.test(api) ? `apis.${api}` : `apis[${literal(api)}]`
  const body = bodyAsHandled(unanswered)
  const operation = operationOf(request, body)
  const conditions = [
    ...(handlerMethod(method) === 'all' ? [`request.method === ${literal(method)}`] : []),
    ...(operation?.name === undefined
      ? tellingConditions(unanswered, url.searchParams, body)
      : [operationCondition(operation, method)]),
  ]
  const data = operation === undefined ? '{}' : '{ data: {} }'
  if (conditions.length === 0) return `${apis}.use(${handler}, () => HttpResponse.json(${data})))`
  const needsQuery = conditions.some((condition) => /\bquery\.(?:get|getAll|has)\(/.test(condition))
  const isLater = conditions.some((condition) => condition.includes('await '))
  return [
    `${apis}.use(`,
    `  ${handler}, ${isLater ? 'async ' : ''}({ request }) => {`,
    ...(needsQuery ? [`    const query = new URL(request.url).searchParams`] : []),
    ...answerIf(conditions, `return HttpResponse.json(${data})`),
    `  }),`,
    `)`,
  ].join('\n')
}

/** A handler gets it with its content-encoding on. */
function bodyAsHandled({ request, body }: UnansweredRequest): BodyContent | undefined {
  const isEncoded = headerValue(request.rawHeaders, 'content-encoding') !== undefined
  return isEncoded ? undefined : body
}

function tellingConditions(
  { request, telling }: UnansweredRequest,
  query: URLSearchParams,
  body: BodyContent | undefined,
): string[] {
  return [
    ...telling.parameters.map((name) => queryCondition(name, query)),
    ...telling.headers.map((name) => headerCondition(name, request.rawHeaders)),
    ...(telling.isBody ? bodyCondition(body) : []),
  ]
}

const WIDTH = 100

function answerIf(conditions: readonly string[], answer: string): string[] {
  const line = `    if (${conditions.join(' && ')}) `
  if (line.length + answer.length <= WIDTH) return [`${line}${answer}`]
  const head =
    line.length < WIDTH
      ? [`${line}{`]
      : [`    if (`, `      ${conditions.join(' &&\n      ')}`, `    ) {`]
  return [...head, `      ${answer}`, `    }`]
}

function handlerMethod(method: string): string {
  const name = method.toLowerCase()
  return /^(get|head|post|put|patch|delete|options)$/.test(name) ? name : 'all'
}

/** Longer ones are too long for MSW to match as patterns, and for regular expressions. */
const LONGEST_PATTERN = 1000

/** A path in which MSW would find a pattern is one for a regular expression. */
function handlerPath(path: string): string {
  if (path.length > LONGEST_PATTERN) {
    return `({ request }) => new URL(request.url).pathname === ${literal(path)}`
  }
  if (/^[\w\-.~!$&',;=@%/]*$/.test(path) && !/%25|%2f|\/\//i.test(path)) return literal(path)
  return (
    String.raw`/^https?:\/\/[^/]+` + `${path.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)}$/`
  )
}

function queryCondition(name: string, query: URLSearchParams): string {
  const [value, ...more] = query.getAll(name)
  if (value === undefined) return `!query.has(${literal(name)})`
  if (more.length === 0) return `query.get(${literal(name)}) === ${literal(value)}`
  return `query.getAll(${literal(name)}).join() === ${literal([value, ...more].join())}`
}

function headerCondition(name: string, rawHeaders: RequestFacts['rawHeaders']): string {
  const value = toHeaders(rawHeaders).get(name)
  return `request.headers.get(${literal(name)}) === ${value === null ? 'null' : literal(value)}`
}

/** Longer bodies are not written into code. */
const LONGEST_BODY = 500

function bodyCondition(body: BodyContent | undefined): string[] {
  if (body === undefined || body.kind === 'form' || body.text.length > LONGEST_BODY) return []
  return [`(await request.clone().text()) === ${literal(body.text.replace(/^\uFEFF/, ''))}`]
}

/** In JSON, white space is written as an escape too. */
function operationCondition({ type, name, isChosen }: Operation, method: string): string {
  if (/^(?:GET|HEAD)$/.test(method)) {
    return isChosen
      ? `query.get('operationName') === ${literal(name!)}`
      : String.raw`/\b${type}\s+${name}\b/.test(query.get('query') ?? '')`
  }
  const pattern = isChosen
    ? String.raw`"operationName"\s*:\s*"${name}"`
    : String.raw`${type}(?:\s|\\[nrt])+${name}\b`
  return `/${pattern}/.test(await request.clone().text())`
}

function literal(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
  return `'${escaped.replaceAll("'", String.raw`\'`)}'`
}
