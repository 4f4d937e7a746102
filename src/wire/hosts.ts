/** `127.0.0.1:80`, `[::1]:80` */
export function authorityOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** `[::1]:80` → `::1`, `api.test:80` → `api.test`: the host alone, in lower case. */
export function hostName(authority: string): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const bracketed = /^\[([^\]]*)\]/.exec(host)
  return (bracketed ? bracketed[1]! : host.replace(/:\d*$/, '')).toLowerCase()
}
