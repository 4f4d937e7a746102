import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/**
 * Looks at the messages of a channel of `node:diagnostics_channel`.
 *
 * @returns ends it
 */
export function watch<Message>(channel: string, look: (message: Message) => void): () => void {
  const subscriber = (message: unknown): void => attempt(() => look(message as Message))
  subscribe(channel, subscriber)
  return () => void unsubscribe(channel, subscriber)
}

/** Keeps what goes wrong in here from the app, which does not know of it: a request then carries nothing. */
export function attempt(act: () => void): void {
  try {
    act()
  } catch {
    // Nobody is there to be told.
  }
}
