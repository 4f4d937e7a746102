import { encodingsOf } from '../recording/redaction/known-secrets.ts'

/** A quoted value in an explanation, or a number that it takes or got. */
const VALUE = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?<=^|takes |got )-?\d[\w.+-]*/g

/** Fewer characters than these give nothing away, and are in words, too. */
const SHORTEST = 4

/**
 * One of our own explanations without the secrets of the request that it is of. It quotes their
 * values, decoded and cut, where no rule would find them.
 *
 * @param secrets with what is to be in their places
 */
export function withoutSecrets(explanation: string, secrets: ReadonlyMap<string, string>): string {
  const forms = [...secrets]
    .flatMap(([secret, placeholder]) =>
      encodingsOf(secret).map((encode) => ({ text: encode(secret), placeholder })),
    )
    .toSorted((one, other) => other.text.length - one.text.length)
  return explanation.replaceAll(VALUE, (value) => {
    const quote = /^["']/.exec(value)?.[0] ?? ''
    const plain = quote === '' ? value : unquote(value)
    const changed = forms.reduce(replaceForm, plain)
    return changed === plain ? value : quote + JSON.stringify(changed).slice(1, -1) + quote
  })
}

/** A secret as an encoding writes it. */
interface Form {
  readonly text: string
  readonly placeholder: string
}

function unquote(value: string): string {
  const inside = value.slice(1, -1)
  const json = value.startsWith('"')
    ? inside
    : inside.replaceAll(String.raw`\'`, "'").replaceAll('"', String.raw`\"`)
  try {
    return JSON.parse(`"${json}"`) as string
  } catch {
    // Whoever wrote it, it is no quoted value.
    return inside
  }
}

function replaceForm(value: string, { text, placeholder }: Form): string {
  if (value === text) return placeholder
  if (text.length < SHORTEST) return value
  const kept = value.endsWith('…') ? lengthOfCut(value.slice(0, -1), text) : 0
  const whole = kept < SHORTEST ? value : `${value.slice(0, -1 - kept)}${placeholder}…`
  return whole.replaceAll(text, () => placeholder)
}

/** How many characters of a text's beginning a value ends with. */
function lengthOfCut(value: string, text: string): number {
  let length = Math.min(value.length, text.length)
  while (length > 0 && !value.endsWith(text.slice(0, length))) length -= 1
  return length
}
