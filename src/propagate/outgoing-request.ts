/** A request that has not been sent, of whichever client. */
export interface OutgoingRequest {
  readonly method: string
  /** Where it goes; empty where that is no host. */
  readonly hostname: string
  /** What it has of a header, whose name is in lower case: the value of each line. */
  values(name: string): readonly string[]
  /** Adds a line, beside those of the same name. */
  add(name: string, value: string): void
}

/** Where a request to a proxy goes: it names the whole URL in place of a path. */
export function hostnameInPath(path: string): string | undefined {
  return path.startsWith('/') ? undefined : URL.parse(path)?.hostname
}

/** The values of a header in a head as it is sent. */
export function valuesInHead(head: string, name: string): readonly string[] {
  return head
    .split('\r\n')
    .filter((line) => line.toLowerCase().startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).trim())
}
