/** Where a mock API listens. */
export interface Address {
  /** `http://127.0.0.1:49213`, without a slash at the end. */
  readonly url: string
  /** `127.0.0.1` */
  readonly hostname: string
  readonly port: number
}
