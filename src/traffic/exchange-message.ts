import {
  toHeaders,
  type ExchangeMessage,
  type KeptBody,
  type RawHeaders,
} from '../contract/index.ts'
import { MockberthError } from '../errors.ts'
import { codingsOf, DECODERS } from '../wire/content-encoding.ts'

/** A message over bytes that may still be arriving. */
export class KeptMessage implements ExchangeMessage {
  readonly rawHeaders: RawHeaders
  readonly #kept: KeptBody
  #headers: Headers | undefined

  constructor(rawHeaders: RawHeaders, kept: KeptBody) {
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
    return this.#kept.size - this.#kept.bytes.byteLength
  }

  text(): string {
    return new TextDecoder().decode(decodedBody(this))
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- as Response.json() is typed
  json<Value = any>(): Value {
    return JSON.parse(this.text()) as Value
  }
}

/**
 * The bytes of a body before its content-encodings (RFC 9110 §8.4) were applied; unknown ones are
 * left.
 *
 * @throws `BODY_CUT` when the body was larger than `maxBody`; what a decoder throws
 */
export function decodedBody({ body, size, cut, rawHeaders }: ExchangeMessage): Uint8Array {
  if (cut > 0) {
    throw new MockberthError(
      'BODY_CUT',
      `this body has ${size} bytes, of which ${cut} were not kept. Declare a larger maxBody for this API to read it whole, or look at the bytes that were kept in .body.`,
    )
  }
  if (body.byteLength === 0) return body
  return codingsOf(rawHeaders).reduceRight(
    (rest, coding) => DECODERS.get(coding)?.(rest) ?? rest,
    body,
  )
}
