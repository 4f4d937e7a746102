import type { PlainPath, PlainSegment, PlainTarget } from './plain-path.ts'

/** Where the patterns are that may fit a request, in order. */
export type PathTree = (target: PlainTarget) => readonly number[]

interface Branch {
  /** By a literal in lower case: msw 2 compares paths without regard to case. */
  readonly literals: Map<string, Branch>
  name?: Branch
  /** Patterns that end here. */
  readonly ends: number[]
  /** Patterns that go on in another way. */
  readonly goesOn: number[]
}

/**
 * Finds patterns by the segments of a path, for as many steps as the path has segments, however
 * many patterns there are.
 *
 * @param patterns undefined for those which may fit any path
 * @param origin that of the URLs which handlers see
 */
export function createPathTree(
  patterns: readonly (PlainPath | undefined)[],
  origin: string,
): PathTree {
  const anywhere: number[] = []
  const fromStart = createBranch()
  const fromEnd = createBranch()
  for (const [position, path] of patterns.entries()) {
    if (path === undefined) anywhere.push(position)
    else if (path.anchor === 'start') plant(fromStart, path.segments, path.isWhole, position)
    else plant(fromEnd, path.segments.toReversed(), false, position)
  }
  const hasEnds = patterns.some((path) => path?.anchor === 'end')
  const { host } = new URL(origin)
  return ({ segments }) => {
    const found: number[] = []
    collect(fromStart, segments, 0, found)
    // To MSW the host is one more segment, which may stand behind `*`.
    if (hasEnds) collect(fromEnd, [host, ...segments].toReversed(), 0, found)
    if (found.length === 0) return anywhere
    return [...anywhere, ...found].toSorted((one, other) => one - other)
  }
}

function createBranch(): Branch {
  return { literals: new Map(), ends: [], goesOn: [] }
}

function plant(
  root: Branch,
  segments: readonly PlainSegment[],
  isWhole: boolean,
  position: number,
): void {
  const last = segments.reduce(branchFor, root)
  ;(isWhole ? last.ends : last.goesOn).push(position)
}

function branchFor(branch: Branch, { kind, text }: PlainSegment): Branch {
  if (kind === 'name') return (branch.name ??= createBranch())
  const literal = text.toLowerCase()
  const known = branch.literals.get(literal) ?? createBranch()
  branch.literals.set(literal, known)
  return known
}

function collect(
  branch: Branch | undefined,
  segments: readonly string[],
  depth: number,
  found: number[],
): void {
  if (branch === undefined) return
  found.push(...branch.goesOn)
  if (depth === segments.length) {
    found.push(...branch.ends)
    return
  }
  collect(branch.literals.get(segments[depth]!.toLowerCase()), segments, depth + 1, found)
  collect(branch.name, segments, depth + 1, found)
}
