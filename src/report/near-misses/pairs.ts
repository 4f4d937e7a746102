import { hasPlaceholder } from '../../recording/redaction/placeholder.ts'
import { unlikenessOf } from '../unlikeness.ts'
import { NOTHING, quote, weigh, WEIGHTS, type WeighedDifference } from './weighed.ts'

/** In what two queries or forms differ, name by name, whatever their order. */
export function pairDifferences(kind: string, wanted: string, got: string): WeighedDifference[] {
  if (wanted === got) return []
  const wants = valuesByName(wanted)
  const gots = valuesByName(got)
  return [...new Set([...wants.keys(), ...gots.keys()])].flatMap((name) =>
    valueDifference(`${kind} ${name}`, wants.get(name), gots.get(name)),
  )
}

function valuesByName(pairs: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(pairs)) {
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  return values
}

function valueDifference(
  field: string,
  wanted: readonly string[] | undefined,
  got: readonly string[] | undefined,
): WeighedDifference[] {
  const isSame =
    wanted?.length === got?.length &&
    wanted!.every((value) => hasPlaceholder(value) || got!.includes(value))
  if (isSame) return []
  const unlikeness = wanted && got ? unlikenessOf(wanted.join(), got.join()) : 1
  return [weigh(field, shown(wanted), shown(got), WEIGHTS.detail, unlikeness)]
}

function shown(values: readonly string[] | undefined): string {
  return values === undefined ? NOTHING : values.map(quote).join(' and ')
}
