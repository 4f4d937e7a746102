import { once } from 'node:events'

/** Resolves at Ctrl-C or SIGTERM. Servers alone would not keep the process alive. */
export async function untilEnded(): Promise<void> {
  const alive = setInterval(() => {}, 60_000)
  // Who read what it says has gone (`| head`). Each line that comes yet is such an error, too.
  const unread = new Promise((end) => process.stdout.on('error', end))
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), unread])
  clearInterval(alive)
}
