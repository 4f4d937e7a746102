/** How unlike two texts are, from 0 to 1, by what they have in common at both ends. */
export function unlikenessOf(one: string, other: string): number {
  const longest = Math.max(one.length, other.length)
  const shortest = Math.min(one.length, other.length)
  let start = 0
  while (start < shortest && one[start] === other[start]) start += 1
  let end = 0
  while (end < shortest - start && one.at(-1 - end) === other.at(-1 - end)) end += 1
  return longest === 0 ? 0 : 1 - (start + end) / longest
}
