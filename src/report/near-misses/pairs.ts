import { isUtf8 } from 'node:buffer'
import { splitPairs } from '../../recording/pairs.ts'
import { hasPlaceholder } from '../../recording/redaction/placeholder.ts'
import { unlikenessOf } from '../unlikeness.ts'
import { MOST, nameText, NOTHING, quote, quoteBoth, weigh, WEIGHTS } from './weighed.ts'
import type { WeighedDifference } from './weighed.ts'

type Values = ReadonlyMap<string, readonly string[]>

/** In what two queries differ, parameter by parameter, whatever their order. */
export function queryDifferences(wanted: string, got: string): WeighedDifference[] {
  return differencesOf(wanted, got, (name, difference) =>
    Object.assign(difference, { field: `query ${difference.field}`, parameter: name }),
  )
}

/** In what two forms do. */
export function formDifferences(wanted: string, got: string): WeighedDifference[] {
  return differencesOf(wanted, got, (_name, difference) =>
    Object.assign(difference, { field: `body field ${difference.field}` }),
  )
}

function differencesOf(
  wanted: string,
  got: string,
  named: (name: string, difference: WeighedDifference) => WeighedDifference,
): WeighedDifference[] {
  if (wanted === got) return []
  const wants = valuesByName(wanted)
  const gots = valuesOfLast(got)
  const differences: WeighedDifference[] = []
  for (const name of namesIn(wants, gots)) {
    if (differences.length >= MOST) break
    const [takes, came] = [wants.get(name), gots.get(name)]
    if (!isSame(takes, came)) differences.push(named(textOf(name), differenceIn(name, takes, came)))
  }
  return differences
}

function* namesIn(wants: Values, gots: Values): Generator<string> {
  yield* wants.keys()
  for (const name of gots.keys()) if (!wants.has(name)) yield name
}

let last: { readonly pairs: string; readonly values: Values } = { pairs: '', values: new Map() }

/** One request is compared with many. */
function valuesOfLast(pairs: string): Values {
  if (last.pairs !== pairs) last = { pairs, values: valuesByName(pairs) }
  return last.values
}

function valuesByName(pairs: string): Values {
  const values = new Map<string, string[]>()
  for (const [name, value] of splitPairs(pairs)) {
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  return values
}

/** What stands for a secret in a recorded request fits anything, as do its other values. */
function isSame(
  wanted: readonly string[] | undefined,
  got: readonly string[] | undefined,
): boolean {
  if (wanted?.length !== got?.length) return false
  if (wanted!.some((value) => hasPlaceholder(value))) return true
  const inOrder = got!.toSorted()
  return wanted!.toSorted().every((value, index) => value === inOrder[index])
}

function differenceIn(
  name: string,
  wanted: readonly string[] | undefined,
  got: readonly string[] | undefined,
): WeighedDifference {
  const unlikeness = wanted && got ? unlikenessOf(wanted.join(), got.join()) : 1
  return weigh(nameText(textOf(name)), ...shown(wanted, got), WEIGHTS.detail, unlikeness)
}

function shown(
  wanted: readonly string[] | undefined,
  got: readonly string[] | undefined,
): readonly [wanted: string, got: string] {
  if (wanted?.length === 1 && got?.length === 1)
    return quoteBoth(textOf(wanted[0]!), textOf(got[0]!))
  return [listed(wanted), listed(got)]
}

const MOST_LISTED = 8

function listed(values: readonly string[] | undefined): string {
  if (values === undefined) return NOTHING
  if (values.length > MOST_LISTED) return `${values.length} values`
  return values.map((value) => quote(textOf(value))).join(' and ')
}

/** Bytes as the text that they are; what is none stays encoded. */
function textOf(bytes: string): string {
  const decoded = Buffer.from(bytes, 'latin1')
  if (isUtf8(decoded)) return decoded.toString()
  return bytes.replaceAll(
    /[\u0080-\u00FF]/g,
    (byte) => `%${byte.codePointAt(0)!.toString(16).toUpperCase()}`,
  )
}
