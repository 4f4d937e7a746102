/**
 * What is a secret, beside what is one by default; `false` for nothing at all.
 *
 * Names are those of headers, cookies, query parameters, JSON and form fields, in any case and with
 * or without `-` and `_` in them.
 */
export type RedactDefinition =
  | false
  | {
      /** Names of which every value is a secret. */
      readonly names?: readonly string[]
      /** What every text that matches is a secret, wherever it stands. */
      readonly patterns?: readonly RegExp[]
      /** Names that hold none, or built-in shapes that are none: `jwt`, `google`. */
      readonly keep?: readonly string[]
    }

const OPTIONS: Readonly<Record<string, (entry: unknown) => boolean>> = {
  names: isName,
  patterns: (entry) => entry instanceof RegExp,
  keep: isName,
}

/** Whether a value is a {@link RedactDefinition}. */
export function isRedactDefinition(value: unknown): value is RedactDefinition {
  if (value === false) return true
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(([name, option]) => {
    if (!Object.hasOwn(OPTIONS, name)) return false
    return option === undefined || (Array.isArray(option) && option.every(OPTIONS[name]!))
  })
}

function isName(entry: unknown): boolean {
  return typeof entry === 'string' && entry.trim() !== ''
}
