import type { Scope } from '../contract/index.ts'
import type { Listener } from '../wire/listener.ts'
import { closeFallbacks, type Fallback } from './fallbacks.ts'
import type { Marks } from './marks.ts'
import { closeAll, type OpenApi } from './open-api.ts'

/** The APIs of a set, which listen. */
export interface StartedApis {
  readonly opened: readonly OpenApi[]
  readonly scope: Scope
  readonly marks: Marks<Scope>
  readonly env: Readonly<Record<string, string>>
  readonly fallbacks: readonly Fallback[]
}

/**
 * Closes them.
 *
 * @param kept what others serve now. Never rejects
 */
export async function endApis(
  { opened, fallbacks }: StartedApis,
  kept?: ReadonlySet<Listener>,
): Promise<void> {
  await closeAll(opened, kept)
  await closeFallbacks(fallbacks)
}
