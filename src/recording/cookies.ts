import type { Reply } from '../contract/index.ts'

/** A cookie without what keeps it from plain http on another host (RFC 6265bis §5.7). */
export function localCookie(cookie: string): string {
  return cookie
    .split(';')
    .filter(
      (part) => !/^\s*(domain\s*=|secure\s*$|partitioned\s*$|samesite\s*=\s*none\s*$)/i.test(part),
    )
    .join(';')
}

/** The reply with cookies that a client keeps for `http://127.0.0.1`. */
export function withLocalCookies(reply: Reply): Reply {
  const isCookie = (index: number): boolean =>
    index % 2 === 1 && reply.rawHeaders[index - 1]!.toLowerCase() === 'set-cookie'
  const rawHeaders = reply.rawHeaders.map((text, index) =>
    isCookie(index) ? localCookie(text) : text,
  )
  return { ...reply, rawHeaders }
}
