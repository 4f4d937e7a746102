const KEY = Symbol.for('mockberth')

/**
 * A value that all copies of this package in one process share, made by the first that asks. It
 * hangs on `process`: a VM context has a `globalThis` of its own, and may load a copy of its own.
 */
export function processWide<Value>(name: string, create: () => Value): Value {
  const holder = process as unknown as { [KEY]?: Record<string, unknown> }
  holder[KEY] ??= {}
  return (holder[KEY][name] ??= create()) as Value
}
