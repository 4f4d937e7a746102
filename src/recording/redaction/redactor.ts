import type { CapturedContent } from '../capture.ts'
import type { RedactDefinition } from './definition.ts'
import { mapTexts, rewriteExchange } from './exchange.ts'
import type { Found } from './found.ts'
import { createKnownSecrets, type KnownSecrets } from './known-secrets.ts'
import { createPlaceholders } from './placeholder.ts'
import { compileRules } from './rules.ts'

/** Takes secrets out of exchanges, and remembers them, in memory only. */
export interface Redactor {
  /**
   * The exchange with a placeholder for each secret; the same one when it has none. A secret that
   * was found once is found wherever it stands later, and on both sides of the same exchange.
   */
  redact<Content extends CapturedContent>(content: Content): Content
  /** All that the rules find in an exchange, common words as well, and what is in their places. */
  secretsIn(content: CapturedContent): ReadonlyMap<string, string>
}

/**
 * @param key without which a guess at a secret cannot be confirmed from its placeholder
 * @param known shared by the redactors of APIs that are used together: what one gives out is used
 * with another
 */
export function createRedactor(
  options: RedactDefinition | undefined,
  key: Uint8Array,
  known: KnownSecrets = createKnownSecrets(),
): Redactor {
  const rules = compileRules(options)
  if (rules === undefined) return { redact: (content) => content, secretsIn: () => new Map() }
  const placeholderOf = createPlaceholders(key)
  const replace = (found: Found): string => {
    const placeholder = placeholderOf(found.text)
    if (isUnusual(found)) known.add(found.text, placeholder)
    return placeholder
  }
  const pass = { rules, replace, depth: 0 }
  return {
    redact(content) {
      const rewritten = rewriteExchange(content, pass)
      const replaced = known.isEmpty() ? rewritten : mapTexts(rewritten, known.replaceIn)
      // What stood beside a known secret, now stands beside something else.
      return replaced === rewritten ? rewritten : rewriteExchange(replaced, pass)
    },
    secretsIn(content) {
      const secrets = new Map<string, string>()
      const note = (found: Found): string => {
        secrets.set(found.text, placeholderOf(found.text))
        return found.text
      }
      rewriteExchange(content, { ...pass, replace: note })
      return secrets
    },
  }
}

/** Whether a text means nothing but the secret: common words would be garbled. */
function isUnusual({ text, isCookie = false }: Found): boolean {
  if (/\s/.test(text.trim())) return false
  const isMixed = /\d/.test(text) && /[a-z]/i.test(text)
  // Cookies hold languages, dates and addresses, too.
  if (isCookie) return text.length >= 16 && isMixed && !/^\d{4}-\d\d-\d\d|:\/\//.test(text)
  return text.length >= 16 || (text.length >= 8 && isMixed)
}
