/**
 * A text of anybody as it may be printed: what would steer a terminal, or hide in a line, is escaped.
 * Its lines stay.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' ? character : String.raw`\u{${character.codePointAt(0)!.toString(16)}}`,
  )
}
