import type { RequestHandler } from 'msw'
import type { Candidate } from '../../contract/index.ts'
import { createFate, type Mounted, type Override } from './fates.ts'
import { mountHandler, placeOf } from './internals.ts'
import { createPathTree, type PathTree } from './path-tree.ts'
import {
  paramsOf,
  plainPathOf,
  plainTargetOf,
  type Params,
  type PlainPath,
  type PlainTarget,
} from './plain-path.ts'

/** Handlers in their order, as all scopes share them. */
export interface HandlerList {
  readonly definitions: readonly RequestHandler[]
  readonly places: readonly (KnownPlace | undefined)[]
  readonly find: PathTree
}

interface KnownPlace {
  readonly method: string | undefined
  readonly path: PlainPath
}

/** @param origin that of the URLs which handlers see */
export function listHandlers(definitions: readonly RequestHandler[], origin: string): HandlerList {
  const places = definitions.map((definition) => knownPlaceOf(definition, origin))
  const paths = places.map((place) => place?.path)
  return { definitions, places, find: createPathTree(paths, origin) }
}

function knownPlaceOf(definition: RequestHandler, origin: string): KnownPlace | undefined {
  const place = placeOf(definition)
  const path = place && plainPathOf(place.path, origin)
  return path && { method: place.method, path }
}

/** A handler that may fit a request; if it is known to, with what stands for its names. */
interface Fitting {
  readonly mounted: Mounted
  readonly params: Params | undefined
}

/** The handlers of one scope: those of the declaration, and before them its own. */
export interface ScopeHandlers {
  readonly overrides: readonly Mounted[]
  /** Puts handlers before all others. */
  use(definitions: readonly RequestHandler[]): readonly Override[]
  all(): readonly Mounted[]
  /** In order, all that MSW could find to fit a request, and few that it would not. */
  fitting(method: string, target: string): readonly Fitting[]
  dispose(): void
}

export function createScopeHandlers(declared: HandlerList, origin: string): ScopeHandlers {
  const mounted: Mounted[] = []
  let overrides: readonly Override[] = []
  let added: readonly RequestHandler[] = []
  let addedList: HandlerList | undefined
  const declaredAt = (position: number): Mounted =>
    (mounted[position] ??= mount('handler', declared.definitions[position]!, origin))
  return {
    get overrides() {
      return overrides
    },
    use(definitions) {
      const first = definitions.map((definition) => {
        const override = mount('override', definition, origin)
        return { ...override, fate: createFate(override.handler, override.candidate) }
      })
      overrides = [...first, ...overrides]
      added = [...definitions, ...added]
      addedList = undefined
      return first
    },
    all: () => [...overrides, ...declared.definitions.map((_, position) => declaredAt(position))],
    fitting(method, target) {
      const plain = plainTargetOf(target)
      const fits = fittingOf(declared, method, plain, origin, declaredAt)
      if (overrides.length === 0) return fits
      addedList ??= listHandlers(added, origin)
      const overrideAt = (position: number): Mounted => overrides[position]!
      return [...fittingOf(addedList, method, plain, origin, overrideAt), ...fits]
    },
    dispose() {
      for (const { handler } of [...overrides, ...Object.values(mounted)]) handler.dispose()
    },
  }
}

function mount(kind: Candidate['kind'], definition: RequestHandler, origin: string): Mounted {
  const handler = mountHandler(definition, origin)
  const { label, source } = handler
  return { handler, candidate: { kind, label, ...(source !== undefined && { source }) } }
}

function fittingOf(
  { definitions, places, find }: HandlerList,
  method: string,
  target: PlainTarget | undefined,
  origin: string,
  at: (position: number) => Mounted,
): Fitting[] {
  const fitting: Fitting[] = []
  for (const position of target === undefined ? definitions.keys() : find(target)) {
    const place = places[position]
    if (place?.method !== undefined && place.method !== method) continue
    const params = place && target && paramsOf(place.path, target, origin)
    fitting.push({ mounted: at(position), params })
  }
  return fitting
}
