import { Validator, type Schema } from '@cfworker/json-schema'
import schemas from 'har-schema'

const validator = createValidator('har.json')

/** What is wrong with a HAR by the JSON schema of HAR 1.2, a line each. */
export function harErrors(har: unknown): string[] {
  return validator
    .validate(har)
    .errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`)
}

function createValidator(name: string): Validator {
  const known = Object.values(schemas).map(withWholeId)
  const root = known.find(({ $id }) => $id === idOf(name))
  const made = new Validator(root!, '7', false)
  for (const schema of known) if (schema !== root) made.addSchema(schema)
  return made
}

function withWholeId(schema: (typeof schemas)[string]): Schema {
  return { ...schema, $id: idOf(schema.$id) }
}

/** Their own ids are relative and end in `#`. */
function idOf(name: string): string {
  return `https://har.test/${name.replace(/#$/, '')}`
}
