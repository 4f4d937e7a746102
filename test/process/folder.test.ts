import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createFolder } from '../support/har.ts'

/** What root may do says nothing: then it is done by a user who owns nothing else. */
const NOBODY = 65_534

test('a folder is removed, also where its owner may not write or look', async () => {
  const parent = await createFolder()
  const folder = join(parent, 'folder')
  onTestFinished(() => chmod(parent, 0o700))
  const uid = process.getuid!() === 0 ? NOBODY : process.getuid!()
  await chown(parent, uid, -1)
  const script = `
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { removeFolder } from ${JSON.stringify(new URL('../../src/process/folder.ts', import.meta.url).href)}

mkdirSync('folder/closed/read-only', { recursive: true })
writeFileSync('folder/closed/read-only/file', 'text', { mode: 0 })
chmodSync('folder/closed/read-only', 0o555)
chmodSync('folder/closed', 0)
await removeFolder('folder')
`
  const args = ['--input-type=module', '-e', script]
  await promisify(execFile)(process.execPath, args, { cwd: parent, uid })
  expect(existsSync(folder)).toBe(false)
})
