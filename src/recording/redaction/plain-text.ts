import { replaceNamed, type Pass, type Where } from './found.ts'
import { rewritePairs } from './pairs.ts'
import { hasPlaceholder } from './placeholder.ts'
import { isNothing, isSecret } from './rules.ts'
import { SHAPE_HINT } from './shapes.ts'
import type { RewriteInner } from './json-text.ts'

/** Replaces what looks like a secret, and what stands under its name in URLs and XML. */
export function rewritePlain(text: string, where: Where, pass: Pass, inner: RewriteInner): string {
  const named = rewriteAssignments(
    rewriteQueries(rewriteElements(text, where, pass), where, pass, inner),
    where,
    pass,
  )
  return rewritePatterns(rewriteShapes(named, where, pass), where, pass)
}

const ELEMENT = /<([\w:.-]{1,64})((?:\s[^<>]{0,256})?>)([^<>]{1,4096})(?=<\/)/g

function rewriteElements(text: string, where: Where, pass: Pass): string {
  if (!text.includes('</')) return text
  return text.replaceAll(ELEMENT, (element, name: string, rest: string, value: string) => {
    if (!isSecret(pass.rules, name, 'field', value.trim())) return element
    return `<${name}${rest}${replaceNamed(name, value, () => `${where()} <${name}>`, pass)}`
  })
}

/** The query or the fragment of a URL that stands in a text. */
const QUERY = /([?#])([\w%[\]-]{1,64}=[^\s"'<>\\`(){}|^#]*)/g

function rewriteQueries(text: string, where: Where, pass: Pass, inner: RewriteInner): string {
  if (!text.includes('=')) return text
  return text.replaceAll(
    QUERY,
    (_, mark: string, query: string) =>
      mark + rewritePairs(query, () => `${where()} ?`, pass, inner),
  )
}

const ASSIGNMENT = /(?<=^|[\s;&])([\w-]{1,64})=([\w.~%+/=-]{16,})/g

/** Outside of URLs, `token=` is more often code. */
function rewriteAssignments(text: string, where: Where, pass: Pass): string {
  if (!text.includes('=')) return text
  return text.replaceAll(ASSIGNMENT, (assignment, name: string, value: string) => {
    const isUnusual = /\d/.test(value) && /[a-z]/i.test(value)
    if (!isUnusual || !isSecret(pass.rules, name, 'pair', value)) return assignment
    return `${name}=${replaceNamed(name, value, () => `${where()} ${name}`, pass)}`
  })
}

function rewriteShapes(text: string, where: Where, pass: Pass): string {
  if (!SHAPE_HINT.test(text)) return text
  const { shape, shapes } = pass.rules
  return text.replace(shape, (match: string, ...rest) => {
    if (isNothing(match)) return match
    const groups = rest.at(-1) as Record<string, string | undefined>
    const found = shapes.find(({ name }) => groups[name] !== undefined)!
    if (found.name !== 'basic') return pass.replace({ text: match, what: found.what, where })
    return match
      .split(/:(.*)/s, 2)
      .map((part) =>
        isNothing(part) ? part : pass.replace({ text: part, what: found.what, where }),
      )
      .join(':')
  })
}

function rewritePatterns(text: string, where: Where, pass: Pass): string {
  let done = text
  for (const pattern of pass.rules.patterns) {
    const before = done
    done = before.replace(pattern, (match: string, ...rest) => {
      const start = rest.find((one) => typeof one === 'number')!
      if (isNothing(match) || isInPlaceholder(before, start, match)) return match
      return pass.replace({ text: match, what: `text that matches ${String(pattern)}`, where })
    })
  }
  return done
}

/** A pattern may match a part of a placeholder; that is no secret. */
function isInPlaceholder(text: string, start: number, match: string): boolean {
  const before = /[\w.+/-]{0,100}$/.exec(text.slice(Math.max(0, start - 100), start))![0]
  const [after = ''] =
    /^[\w+/-]{0,100}/.exec(text.slice(start + match.length, start + match.length + 100)) ?? []
  return hasPlaceholder(before + match + after)
}
