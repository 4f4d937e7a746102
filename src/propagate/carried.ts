/** The headers by which requests know whose they are: W3C Baggage and W3C Trace Context. */
export type CarriedName = 'baggage' | 'traceparent' | 'tracestate'

/** What of a request goes on to those that are made on its behalf: the values of each of its headers, byte for byte. */
export type Carried = Readonly<Partial<Record<CarriedName, readonly string[]>>>

/** What a request carries, from its names and values one after the other; nothing where it has none of ours. */
export function readCarried(rawHeaders: readonly string[]): Carried | undefined {
  let carried: Partial<Record<CarriedName, string[]>> | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = carriedName(rawHeaders[index]!)
    if (name === undefined) continue
    carried ??= {}
    const values = (carried[name] ??= [])
    values.push(rawHeaders[index + 1]!)
  }
  return carried
}

/** The lengths spare the others being put into lower case. */
function carriedName(name: string): CarriedName | undefined {
  if (name.length !== 7 && name.length !== 10 && name.length !== 11) return undefined
  const lower = name.toLowerCase()
  return lower === 'baggage' || lower === 'traceparent' || lower === 'tracestate'
    ? lower
    : undefined
}
