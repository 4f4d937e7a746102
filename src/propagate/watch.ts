import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/**
 * Looks at the messages of a channel of `node:diagnostics_channel`. What goes wrong in it is kept from
 * the app, which does not know that it is looked at.
 *
 * @returns ends it
 */
export function watch<Message>(channel: string, look: (message: Message) => void): () => void {
  const subscriber = (message: unknown): void => {
    try {
      look(message as Message)
    } catch {
      // The request goes its way, and carries nothing.
    }
  }
  subscribe(channel, subscriber)
  return () => void unsubscribe(channel, subscriber)
}
