import type { BodyContent, RequestFacts } from '../contract/index.ts'

/** What a GraphQL request asks for. */
export interface Operation {
  readonly type: string
  /** Undefined where it has none. */
  readonly name: string | undefined
  /** Whether the request names it beside its document. */
  readonly isChosen: boolean
}

/** The operation of a GraphQL request (GraphQL over HTTP), if it is one. */
export function operationOf(
  { method, query }: Pick<RequestFacts, 'method' | 'query'>,
  body: BodyContent | undefined,
): Operation | undefined {
  const sent = /^(?:GET|HEAD)$/.test(method)
    ? Object.fromEntries(new URLSearchParams(query))
    : parametersOf(body)
  if (typeof sent?.query !== 'string') return undefined
  const operations = operationsIn(sent.query)
  const isChosen = typeof sent.operationName === 'string' && sent.operationName !== ''
  const operation = operations?.find(({ name }) => !isChosen || name === sent.operationName)
  return operation && { ...operation, isChosen }
}

interface Parameters {
  readonly query?: unknown
  readonly operationName?: unknown
}

/** A form with files has them in a field (GraphQL multipart requests). */
function parametersOf(body: BodyContent | undefined): Parameters | undefined {
  if (body?.kind === 'json') return body.value as Parameters | undefined
  const field = body?.kind === 'form' ? new URLSearchParams(body.text).get('operations') : null
  if (field === null) return undefined
  try {
    return JSON.parse(field) as Parameters
  } catch {
    return undefined
  }
}

const TOKENS = /"""[^]*?"""|"(?:\\.|[^"\\\n])*"|#.*|[{}]|[^"#{}]+|"/g

/** Those that a document defines; undefined where its braces are not closed. */
function operationsIn(document: string): Pick<Operation, 'type' | 'name'>[] | undefined {
  const heads: string[] = []
  let depth = 0
  let head = ''
  for (const [token] of document.matchAll(TOKENS)) {
    if (token === '{' && depth === 0) heads.push(head)
    if (token === '{') depth += 1
    else if (token === '}') depth -= 1
    else if (depth === 0 && !/^["#]/.test(token)) head += token
    if (depth !== 0 || token === '}') head = ''
  }
  return depth === 0 ? heads.flatMap((text) => operationAt(text) ?? []) : undefined
}

/** The operation that begins with this text; undefined where something else does. */
function operationAt(head: string): Pick<Operation, 'type' | 'name'> | undefined {
  const text = head.replaceAll(/[\s,\uFEFF]+/g, ' ').trim()
  if (text === '') return { type: 'query', name: undefined }
  const [, type, name] = /^(query|mutation|subscription)\b ?([A-Za-z_]\w*)?/.exec(text) ?? []
  return type === undefined ? undefined : { type, name }
}
