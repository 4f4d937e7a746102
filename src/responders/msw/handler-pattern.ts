/** What a handler answers. What is undefined is decided by code. */
export interface HandlerPattern {
  readonly method: string | RegExp | undefined
  /** Of GraphQL handlers, that of the endpoint. */
  readonly path: string | RegExp | undefined
  /** Of GraphQL handlers. */
  readonly operation:
    | { readonly type: string; readonly name: string | RegExp | undefined }
    | undefined
  readonly isPredicate: boolean
}
