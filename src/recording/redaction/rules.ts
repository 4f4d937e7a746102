import type { RedactDefinition } from './definition.ts'
import { isPlaceholder } from './placeholder.ts'
import { compileNames, type Names, type Place } from './names.ts'
import { patternOf, SHAPE_HINT, SHAPES, type Shape } from './shapes.ts'

/** A {@link RedactDefinition}, ready to use. */
export interface Rules {
  readonly names: Names
  readonly shapes: readonly Shape[]
  /** All shapes as one. */
  readonly shape: RegExp
  readonly patterns: readonly RegExp[]
  /** Whether a name is declared to hold no secret. */
  isKept(name: string): boolean
  /** Whether a text, in whatever encoding, may hold a secret; not so only when it holds none. */
  hints(text: string): boolean
}

/** Undefined when nothing is to be redacted. */
export function compileRules(definition: RedactDefinition = {}): Rules | undefined {
  if (definition === false) return undefined
  const { names = [], patterns = [], keep = [] } = definition
  const shapes = SHAPES.filter(({ name }) => !keep.includes(name))
  const compiled = compileNames(names, keep)
  const all = patterns.map(
    ({ source, flags }) => new RegExp(source, `${flags.replaceAll(/[gy]/g, '')}g`),
  )
  return {
    names: compiled,
    shapes,
    isKept: compiled.isKept,
    shape: patternOf(shapes),
    patterns: all,
    // What a pattern needs around it, only the decoded text has.
    hints: (text) => all.length > 0 || SHAPE_HINT.test(text) || compiled.hints(text),
  }
}

const NOTHING = /^(?:|true|false|null|undefined)$/i

/** Whether what stands under a name is a secret. */
export function isSecret({ names }: Rules, name: string, place: Place, value: string): boolean {
  const standing = names.standing(name, place)
  if (standing === undefined || isNothing(value)) return false
  if (standing === 'likely') return isUnguessable(value)
  // A URL leads to a secret, and is none; one that is part of it is found in it.
  if (/^https?:\/\/\S+$/i.test(value)) return false
  return !(isNumber(value) && isCount(name, value))
}

/** Whether there is nothing to replace in it. */
export function isNothing(value: string): boolean {
  return NOTHING.test(value) || isPlaceholder(value)
}

function isUnguessable(value: string): boolean {
  return /^(?:\d\/)?[\w~+=-]{16,}$/.test(value) && /\d/.test(value) && /[a-z]/i.test(value)
}

function isNumber(value: string): boolean {
  return /^-?\d+(?:\.\d+)?$/.test(value)
}

/** Of tokens there can be a number; one that is a number is long. */
function isCount(name: string, value: string): boolean {
  return /tokens$/i.test(name) || (/token$/i.test(name) && !/^\d{6,}$/.test(value))
}
