import type { BodyContent } from '../contract/index.ts'

/** What a GraphQL request asks for. */
export interface Operation {
  readonly type: string
  readonly name: string
}

/** The operation of a GraphQL request (GraphQL over HTTP), if it has a name. */
export function operationOf(body: BodyContent | undefined): Operation | undefined {
  if (body?.kind !== 'json') return undefined
  const { query, operationName } = (body.value ?? {}) as Record<string, unknown>
  if (typeof query !== 'string') return undefined
  const found = [...query.matchAll(/\b(query|mutation|subscription)\s+([A-Za-z_]\w*)/g)]
  const [, type, name] = found.find(([, , one]) => one === operationName) ?? found[0] ?? []
  return type === undefined || name === undefined ? undefined : { type, name }
}
