/** A variable as a shell takes it. It is pasted there, and the value may be of anybody. */
export function shellLine([name, value]: readonly [name: string, value: string]): string {
  const isPlain = /^[\w@%+=:,./-]*$/.test(value)
  return `${name}=${isPlain ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`}`
}
