// Starts as many processes at once as it is told to, and tells which port each has, and who answers.

import { startProcess } from '../../src/process/start.ts'

const SERVER = `
  require("node:http").createServer((request, response) => response.end(process.env.NAME)).listen(process.env.PORT)`

const [, , name, count] = process.argv

process.once('message', async () => {
  const started = await Promise.all(
    Array.from({ length: Number(count) }, (_, index) =>
      startProcess({
        command: [process.execPath, '-e', SERVER],
        env: { NAME: `${name}-${index}` },
      }),
    ),
  )
  const answers = await Promise.all(
    started.map(async ({ url, port }) => ({ port, name: await (await fetch(url)).text() })),
  )
  process.send!(answers)
  // All run until all others do, too.
  process.once('message', async () => {
    await Promise.all(started.map((each) => each.stop()))
    process.disconnect()
  })
})
process.send!('ready')
