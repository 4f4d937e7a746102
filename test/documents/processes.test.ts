import { expect } from 'vitest'
import { failure } from '../process/apps.ts'
import { createFolder } from '../support/har.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { proveBlocks } from './blocks.ts'

/** It does not take its port from PORT. */
const SERVER = `
const server = require('node:http').createServer()
server.listen(0, 'localhost', () => console.log('listening on http://localhost:' + server.address().port))`

/** Lines of the document are wrapped. */
const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

proveBlocks('docs/processes.md', {
  async 'the app was not ready within 60000 ms: it does not listen on port 23456, but on 3000. Let it take'(
    text,
  ) {
    const cwd = await createFolder()
    await writeFile(join(cwd, 'server.js'), SERVER)
    const { message } = await failure({ command: 'node server.js', cwd, timeout: 5000 })
    const [, own] = /^Port: (\d+)$/m.exec(message)!
    const [, other] = /localhost:(\d+)$/m.exec(message)!
    const said = message
      .replaceAll(own!, '23456')
      .replaceAll(other!, '3000')
      .replace(cwd, '/project')
    expect(inOneLine(said.replace('5000 ms', '60000 ms'))).toBe(inOneLine(text))
  },
})
