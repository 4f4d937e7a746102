import {
  splitTarget,
  toHeaders,
  type ExchangeMessage,
  type ExchangeRequest,
  type ExchangeResponse,
  type KeptBody,
  type MockRequest,
  type RawHeaders,
} from '../contract/index.ts'
import { MockberthError } from '../errors.ts'
import { codingsOf, DECODERS, undoCoding } from '../wire/content-encoding.ts'
import type { ReplyHead } from '../wire/deliver.ts'

/** How many bytes of memory a text takes besides its own, nearly. */
const A_TEXT = 32

/** A message over bytes that may still be arriving. */
class KeptMessage implements ExchangeMessage {
  readonly rawHeaders: RawHeaders
  readonly #api: string
  readonly #kept: KeptBody
  #headers: Headers | undefined

  constructor(api: string, rawHeaders: RawHeaders, kept: KeptBody) {
    this.#api = api
    this.rawHeaders = rawHeaders
    this.#kept = kept
  }

  get headers(): Headers {
    this.#headers ??= toHeaders(this.rawHeaders)
    return this.#headers
  }

  get body(): Uint8Array {
    return this.#kept.bytes
  }

  get size(): number {
    return this.#kept.size
  }

  get cut(): number {
    return this.#kept.cut
  }

  /** How many bytes of memory it takes, nearly. */
  get weight(): number {
    let weight = this.#kept.weight
    for (const text of this.rawHeaders) weight += A_TEXT + text.length
    return weight
  }

  bytes(): Uint8Array {
    const { body, cut } = this
    if (cut > 0) {
      throw new MockberthError(
        'BODY_CUT',
        `the API ${this.#api}: this body has ${this.size} bytes, of which ${cut} were not kept. Declare a larger maxBody to read it whole, or look at the bytes that were kept in .body.`,
      )
    }
    if (body.byteLength === 0) return body
    const codings = codingsOf(this.rawHeaders)
    return codings.reduceRight(
      // What is not in it, its decoder knows to say.
      (rest, coding) => undoCoding(coding, rest) ?? DECODERS.get(coding)?.(rest) ?? rest,
      body,
    )
  }

  text(): string {
    return new TextDecoder().decode(this.bytes())
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- as Response.json() is typed
  json<Value = any>(): Value {
    return JSON.parse(this.text()) as Value
  }
}

/** A request, whose body may still be arriving. */
export class KeptRequest extends KeptMessage implements ExchangeRequest {
  readonly method: string
  readonly target: string

  constructor(api: string, request: MockRequest) {
    super(api, request.rawHeaders, request.body.kept)
    this.method = request.method
    this.target = request.target
  }

  get path(): string {
    return splitTarget(this.target).path
  }

  get query(): URLSearchParams {
    return new URLSearchParams(`?${splitTarget(this.target).query}`)
  }
}

/** A response, whose body may still be on its way. */
export class KeptResponse extends KeptMessage implements ExchangeResponse {
  readonly status: number
  readonly statusText: string

  constructor(api: string, head: ReplyHead, kept: KeptBody) {
    super(api, head.rawHeaders, kept)
    this.status = head.status
    this.statusText = head.statusText
  }
}
