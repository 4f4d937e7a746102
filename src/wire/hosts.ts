/** `[::1]:80` → `::1`, `api.test:80` → `api.test`: the host alone, in lower case. */
export function hostName(authority: string): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const bracketed = /^\[([^\]]*)\]/.exec(host)
  return (bracketed ? bracketed[1]! : host.replace(/:\d*$/, '')).toLowerCase()
}
