import { existsSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { defineMocks, type ServiceDefinitions, type Services } from '../../src/index.ts'
import { createFolder } from '../support/har.ts'
import { listeningPorts } from '../support/listeners.ts'

/** Says what it was started with. */
const SERVER = `
const fs = require('node:fs')
fs.writeFileSync(process.env.NOTE, JSON.stringify({ args: process.argv.slice(1), env: process.env, cwd: process.cwd() }))
require('node:net').createServer().listen(process.env.PORT, '127.0.0.1')
`

async function started<Name extends string>(
  services: ServiceDefinitions<Name>,
  root: string,
): Promise<Services<Name>> {
  const running = await defineMocks({}, { services }).start({ root })
  onTestFinished(() => running.stop())
  return running.services
}

test('placeholders stand for its port and folder, and for those of others', async () => {
  const root = await createFolder()
  const note = join(root, 'note.json')
  const { db, files, cache } = await started(
    {
      db: {
        command: [
          process.execPath,
          '-e',
          SERVER,
          '{port}',
          '{data}',
          '{cache.url}',
          '{files.data}',
          '{files.url}',
        ],
        url: 'db://127.0.0.1:{port}/{data}{files.data}?${port}',
        processEnv: { NOTE: note, OWN: '{url}', SHELLS: '${port}' },
      },
      cache: {
        command: [process.execPath, '-e', SERVER],
        url: 'cache://{port}/{files.data}',
        processEnv: { NOTE: join(root, 'other.json') },
      },
      files: {},
    },
    root,
  )
  const said = JSON.parse(await readFile(note, 'utf8'))
  expect(db.url).toBe(`db://127.0.0.1:${db.port}/${db.data}${files.data}?\${port}`)
  expect(cache.url).toBe(`cache://${cache.port}/${files.data}`)
  expect(files).toEqual({
    name: 'files',
    url: pathToFileURL(files.data).href,
    hostname: '127.0.0.1',
    port: 0,
    data: files.data,
  })
  expect(said.args).toEqual([String(db.port), db.data, cache.url, files.data, files.url])
  expect(said.env).toMatchObject({ OWN: db.url, SHELLS: '${port}', PORT: String(db.port) })
  expect(said.cwd).toBe(root)
})

test('programs of packages are found, as in a script of npm', async () => {
  const root = await createFolder()
  const bin = join(root, 'node_modules/.bin')
  await mkdir(bin, { recursive: true })
  await mkdir(join(root, 'deep'))
  const notes = [join(root, 'deep.json'), join(root, 'root.json')] as const
  const server = `#!${process.execPath}\n${SERVER}`
  await writeFile(join(bin, 'some-server'), server, { mode: 0o755 })
  await started(
    {
      shell: { command: 'some-server', cwd: 'deep', processEnv: { NOTE: notes[0] } },
      file: { command: ['some-server'], processEnv: { NOTE: notes[1] } },
    },
    root,
  )
  expect(notes.map((note) => existsSync(note))).toEqual([true, true])
})

test('its folder begins with a copy of another one, and goes with it', async () => {
  const root = await createFolder()
  await mkdir(join(root, 'seed/deep'), { recursive: true })
  await writeFile(join(root, 'seed/deep/rows'), 'one')
  const mocks = defineMocks({}, { services: { store: { data: 'seed', env: 'STORE' } } })
  const running = await mocks.start({ root })
  const { data, url } = running.services.store
  expect(process.env.STORE).toBe(url)
  await writeFile(join(data, 'deep/rows'), 'two')
  await running.stop()
  expect(await readFile(join(root, 'seed/deep/rows'), 'utf8')).toBe('one')
  expect([existsSync(data), process.env.STORE]).toEqual([false, undefined])
})

test('links in the folder that it begins with lead to the copies, and that folder may be one', async () => {
  const root = await createFolder()
  await mkdir(join(root, 'seed'))
  await writeFile(join(root, 'seed/rows-1'), 'one')
  await symlink('rows-1', join(root, 'seed/rows'))
  await symlink('seed', join(root, 'latest'))
  const { store } = await started({ store: { data: 'latest' } }, root)
  await writeFile(join(store.data, 'rows'), 'two')
  expect(await readFile(join(store.data, 'rows-1'), 'utf8')).toBe('two')
  expect(await readFile(join(root, 'seed/rows-1'), 'utf8')).toBe('one')
})

test('setup is called for one after the other, with env set, then reset; reset() of a set is of mocks alone', async () => {
  const calls: string[] = []
  const mocks = defineMocks(
    {},
    {
      services: {
        one: {
          env: 'ONE',
          setup: ({ name }) => calls.push(`${name} ${process.env.TWO !== undefined}`),
        },
        two: {
          env: 'TWO',
          setup: ({ name }) => calls.push(name),
          reset: () => calls.push('reset'),
        },
      },
    },
  )
  const running = await mocks.start()
  onTestFinished(() => running.stop())
  running.reset()
  expect(calls).toEqual(['one true', 'two', 'reset'])
})

test('sets that are started at once have services of their own, and none is left', async () => {
  const services = {
    db: { command: [process.execPath, '-e', SERVER], processEnv: { NOTE: '/dev/null' } },
  } as const
  const mocks = defineMocks({}, { services })
  const running = await Promise.all([1, 2, 3].map(() => mocks.start({ env: false })))
  const ports = running.map((each) => each.services.db.port)
  const folders = running.map((each) => each.services.db.data)
  expect(new Set([...ports, ...folders]).size).toBe(6)
  await Promise.all(running.map((each) => each.stop()))
  const listening = listeningPorts()
  expect(ports.filter((port) => listening.has(port))).toEqual([])
  expect(folders.filter((folder) => existsSync(folder))).toEqual([])
})
