// HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), as loosely as producers write it: any
// field may be missing, and what is there may have another type.

/** A name and its value, as headers, cookies, query and form fields are listed. */
export interface HarPair {
  readonly name?: unknown
  readonly value?: unknown
}

/** A request's body: `text`, or form fields as `params`. */
export interface HarPostData {
  readonly mimeType?: unknown
  readonly text?: unknown
  readonly encoding?: unknown
  readonly params?: readonly HarFormField[]
  /** Playwright: the body is in a file beside the HAR. */
  readonly _file?: unknown
}

/** A form field; a file of a multipart form has a `fileName`. */
export interface HarFormField extends HarPair {
  readonly fileName?: unknown
  readonly contentType?: unknown
}

/** A response's body. */
export interface HarContent {
  readonly size?: unknown
  /** Bytes saved by the content-encoding. */
  readonly compression?: unknown
  readonly mimeType?: unknown
  readonly text?: unknown
  readonly encoding?: unknown
  readonly _file?: unknown
  /** Ours: when each server-sent event was complete, in milliseconds from the first byte on. */
  readonly _eventTimes?: unknown
}

export interface HarRequest {
  readonly method?: unknown
  readonly url?: unknown
  readonly httpVersion?: unknown
  readonly cookies?: readonly HarPair[]
  readonly headers?: readonly HarPair[]
  readonly queryString?: readonly HarPair[]
  readonly postData?: HarPostData
  readonly headersSize?: unknown
  readonly bodySize?: unknown
}

export interface HarResponse {
  readonly status?: unknown
  readonly statusText?: unknown
  readonly httpVersion?: unknown
  readonly cookies?: readonly HarPair[]
  readonly headers?: readonly HarPair[]
  readonly content?: HarContent
  readonly redirectURL?: unknown
  readonly headersSize?: unknown
  readonly bodySize?: unknown
}

export interface HarEntry {
  readonly startedDateTime?: unknown
  readonly time?: unknown
  readonly request?: HarRequest
  readonly response?: HarResponse
  readonly cache?: unknown
  readonly timings?: Readonly<Record<string, unknown>>
  readonly serverIPAddress?: unknown
  readonly comment?: unknown
}

export interface HarLog {
  readonly entries: readonly HarEntry[]
  /** Ours: what is known of the APIs, beside their traffic. */
  readonly _apis?: unknown
}

/** Who wrote a HAR of ours. The version is that of what this project writes. */
export const CREATOR: { readonly name: string; readonly version: string } = {
  name: 'mockberth',
  version: '1',
}

/** A whole file, with what producers put into it besides entries. */
export interface Har {
  readonly log: HarLog
}

/** What should be a list, and is not always. */
export function listOf<Item>(value: readonly Item[] | undefined): readonly Item[] {
  return Array.isArray(value)
    ? value.filter((item) => typeof item === 'object' && item !== null)
    : []
}

/** What should be text, and is not always; undefined when there is none. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The value of the first header of this name, which is in lower case. */
export function valueOf(pairs: readonly HarPair[], name: string): string | undefined {
  return textOf(pairs.find((pair) => textOf(pair.name)?.toLowerCase() === name)?.value)
}
