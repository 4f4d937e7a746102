import type { Address } from '../contract/index.ts'
import { describeError, invalidOption, MockberthError } from '../errors.ts'
import type { EnvDefinition } from './definition.ts'
import { isListOf, isString } from './option-rules.ts'

/** What may put its URL into env. */
export interface Declared<Where = never> {
  readonly env?: EnvDefinition<Where> | undefined
}

/** Put into the place of addresses before there are any, to find what is wrong in `env`. */
export const SAMPLE: Address = {
  url: 'http://127.0.0.1:49152',
  hostname: '127.0.0.1',
  port: 49_152,
}

/** The names in `process.env` that a definition asks for. */
export function envNames({ env }: Declared): readonly string[] {
  if (env === undefined) return []
  if (isString(env)) return [env]
  return isListOf(env, isString) ? (env as readonly string[]) : Object.keys(env)
}

/**
 * What is put into env for what is at `address`.
 *
 * @param where what messages call it: `the API github`
 * @throws `ENV_FUNCTION_FAILED`
 */
export function envValues<Where extends Address>(
  where: string,
  definition: Declared<Where>,
  address: Where,
): Record<string, string> {
  const { env } = definition
  return Object.fromEntries(
    envNames(definition as Declared).map((name) => {
      const make = typeof env === 'object' && !Array.isArray(env) && Reflect.get(env, name)
      return [
        name,
        typeof make === 'function' ? madeValue(where, name, make, address) : address.url,
      ]
    }),
  )
}

function madeValue(where: string, name: string, make: Function, address: Address): string {
  let value: unknown
  try {
    value = make(address)
  } catch (error) {
    throw new MockberthError(
      'ENV_FUNCTION_FAILED',
      `${where}: the function for ${name} in env threw; mend it, it is called at each start: ${describeError(error)}`,
      { cause: error },
    )
  }
  if (typeof value === 'string') return value
  throw invalidOption(
    where,
    `the function for ${name} in env`,
    value,
    'a function that returns a string',
    'ENV_FUNCTION_FAILED',
  )
}

/**
 * @param owners what each is called in messages, and its definition
 * @throws `ENV_INVALID_NAME`, `ENV_DUPLICATE`
 */
export function validateEnvNames(owners: readonly (readonly [string, Declared])[]): void {
  const ownerOf = new Map<string, string>()
  for (const [where, definition] of owners) {
    for (const name of envNames(definition)) {
      if (!/^[A-Za-z_]\w*$/.test(name)) {
        throw invalidOption(
          where,
          'env',
          name,
          "names of letters, digits and _ that do not begin with a digit, such as 'API_URL'",
          'ENV_INVALID_NAME',
        )
      }
      const owner = ownerOf.get(name)
      if (owner !== undefined) throw duplicate(name, owner, where)
      ownerOf.set(name, where)
    }
  }
}

function duplicate(name: string, owner: string, where: string): MockberthError {
  return new MockberthError(
    'ENV_DUPLICATE',
    owner === where
      ? `${where} names ${name} twice in env; once is enough.`
      : `${owner} and ${where} both put their URL into ${name}; give each a name of its own.`,
  )
}
