import { MockberthError } from '../errors.ts'

/**
 * @param kind of what it names, in messages
 * @throws `INVALID_NAME`
 */
export function validateName(kind: string, name: string): void {
  if (!/^[A-Za-z_$][\w$-]*$/.test(name) || name === '__proto__') {
    throw new MockberthError(
      'INVALID_NAME',
      `the ${kind} name ${JSON.stringify(name)} cannot be used: a name begins with a letter, $ or _, and has letters, digits, $, _ and - after it.`,
    )
  }
}
