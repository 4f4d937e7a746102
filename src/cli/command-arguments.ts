import { MockberthError } from '../errors.ts'

/**
 * The declaration before `--`, where one is named.
 *
 * @param name of the command that takes it, and another command after `--`
 * @throws `INVALID_OPTION`
 */
export function declarationBefore(
  name: string,
  files: readonly string[],
  command: readonly string[],
): string | undefined {
  if (files.length <= 1 && command.length > 0) return files[0]
  const got =
    command.length === 0 ? 'no command' : `more than a declaration before --: ${files.join(' ')}`
  throw new MockberthError(
    'INVALID_OPTION',
    `${name} got ${got}; it takes a declaration, or none where there is a mockberth.config.ts, and the command to run: mockberth ${name} fixtures/mocks.ts -- node server.js`,
  )
}
