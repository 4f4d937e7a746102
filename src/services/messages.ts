import { errorWithoutStack, MockberthError, describeError, type ErrorCode } from '../errors.ts'
import type { ServiceAddress } from './start.ts'

/** What somebody asks for who wants services. */
export interface LeaseOrder {
  /** That of the worker: its next file gets the same services. */
  readonly slot: string
  /** The services, as `plansToText()` writes them. */
  readonly plans: string
}

/** Services that somebody has to himself. */
export interface Leased {
  readonly addresses: readonly ServiceAddress[]
  /** Whether they have still to be set up. */
  readonly isNew: boolean
}

/** What is said to the owner of services, by one who is connected with it for as long as he has them. */
export type Order =
  | { readonly lease: LeaseOrder }
  /** They are set up. */
  | { readonly settled: true }
  /** They could not be set up. */
  | { readonly failed: Failure }
  /** Has one of them died? */
  | { readonly died: true }

/** Its answers: to a lease, and to the others. */
export type Value = Leased | { readonly failure?: Failure }

/** An error, as another process is told of it. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
}

export function failureOf(error: unknown): Failure {
  const code = error instanceof MockberthError ? error.code : 'PROCESS_NOT_STARTED'
  return { code, message: describeError(error) }
}

export function errorOf({ code, message }: Failure): MockberthError {
  return errorWithoutStack(code, message)
}
