import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { processesWith } from '../support/processes.ts'
import { MOCKS, NODE, projectWith, run, script } from './declared-project.ts'

/** What Vite loads, and Node's own type stripping does not. */
const ANY_TYPESCRIPT = {
  'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
  'src/answers/index.ts': `
    export enum Answer { Yes = 'yes' }
    export class Counted { constructor(private readonly count: number) {} text() { return String(this.count) } }`,
  'src/without-extension.ts': `export const more = await Promise.resolve('more')`,
  'node_modules/in-typescript/package.json': '{ "main": "index.ts", "type": "module" }',
  'node_modules/in-typescript/index.ts': `export enum Kind { One = 'one' }`,
  'node_modules/in-commonjs/package.json': '{ "main": "index.js" }',
  'node_modules/in-commonjs/index.js': `exports.name = 'commonjs'`,
  'mocks.ts': `
    import { http, HttpResponse } from 'msw'
    import { defineMocks } from 'mockberth'
    import { Answer, Counted } from '@/answers'
    import { more } from './src/without-extension'
    import { Kind } from 'in-typescript'
    import { name } from 'in-commonjs'
    import commonjs from 'in-commonjs'

    const text = [Answer.Yes, new Counted(2).text(), more, Kind.One, name, commonjs.name].join()
    export default defineMocks({
      users: { env: 'USERS_URL', handlers: [http.get('/who', () => HttpResponse.text(text))] },
    })`,
}

const ASKS = `fetch(process.env.USERS_URL + '/who').then(async (reply) => console.log(await reply.text()))`

test.for<[what: string, manifest: string]>([
  ['a project of modules', '{ "type": "module" }'],
  ['a CommonJS project', '{}'],
])('the declaration of %s may be any TypeScript', async ([, manifest]) => {
  const project = projectWith({ ...ANY_TYPESCRIPT, 'package.json': manifest })
  const { output, code } = await run(project, script(ASKS))
  expect(output).toMatch(/\nyes,2,more,one,commonjs,commonjs\n$/)
  expect(code).toBe(0)
  expect(readdirSync(join(project.folder, 't'))).toEqual([`mockberth-hubs-${process.getuid!()}`])
})

test.for<[file: string, exports: string]>([
  ['mocks.cjs', 'module.exports ='],
  ['mocks.cts', 'export default'],
  ['mocks.js', 'export default'],
])('a declaration in %s is loaded (%s)', async ([file, exports]) => {
  const isModule = exports.startsWith('export default')
  const imports = isModule
    ? `import { http, HttpResponse } from 'msw'; import { defineMocks } from 'mockberth'`
    : `const { http, HttpResponse } = require('msw'); const { defineMocks } = require('mockberth')`
  const text = `${imports}
    ${exports} defineMocks({
      users: { env: 'USERS_URL', handlers: [http.get('/who', () => HttpResponse.text('yes'))] },
    })`
  const { output } = await run(projectWith({ [file]: text }), [file, ...script(ASKS).slice(1)])
  expect(output).toMatch(/\nyes\n$/)
})

test('a declaration may stand beside a function of the name start', async () => {
  const beside = { 'mocks.ts': `${MOCKS}\nexport function start() {}` }
  const { output } = await run(projectWith(beside), script(ASKS))
  expect(output).toMatch(/\ndeclared\n$/)
})

const USAGE =
  'it takes a declaration, or none where there is a mockberth.config.ts, and the command to run: mockberth hub fixtures/mocks.ts -- node server.js\n'

test.for<[what: string, args: readonly string[], files: Record<string, string>, error: string]>([
  ['no command', ['mocks.ts'], {}, `hub got no command; ${USAGE}`],
  ['nothing after --', ['mocks.ts', '--'], {}, `hub got no command; ${USAGE}`],
  [
    'no declaration',
    ['--', NODE],
    {},
    'there is no mockberth.config.ts (mts, js, mjs) in /project. Name the file that declares the mocks, or run this in the folder that has one.\n',
  ],
  [
    'two declarations',
    ['one.ts', 'two.ts', '--', NODE],
    {},
    `hub got more than a declaration before --: one.ts two.ts; ${USAGE}`,
  ],
  [
    'a file that is not there',
    ['none.ts', '--', NODE],
    {},
    'there is no file /project/none.ts. The path of a declaration starts in the working directory.\n',
  ],
  [
    'a file that throws',
    ['mocks.ts', '--', NODE],
    { 'mocks.ts': `enum Kind { One }\n\nthrow new Error('out of order')` },
    'the declaration /project/mocks.ts cannot be loaded; mend it, or what it imports: out of order\n    at /project/mocks.ts:3:7\n',
  ],
  [
    'a file that imports what is not there',
    ['mocks.ts', '--', NODE],
    { 'mocks.ts': `import './nowhere'` },
    `the declaration /project/mocks.ts cannot be loaded; mend it, or what it imports: Cannot find module './nowhere'\nRequire stack:\n- /project/mocks.ts\n    at /project/mocks.ts:1:116\n`,
  ],
  [
    'a file that declares nothing',
    ['mocks.ts', '--', NODE],
    { 'mocks.ts': 'export const mocks = 1' },
    '/project/mocks.ts has no default export. A declaration is what defineMocks() returns: export default defineMocks({ … }).\n',
  ],
  [
    'a default export of another kind',
    ['mocks.ts', '--', NODE],
    { 'mocks.ts': 'export default { start: 1 }' },
    'the default export of /project/mocks.ts is not a declaration. A declaration is what defineMocks() returns: export default defineMocks({ … }).\n',
  ],
  [
    'a mistake in the declaration',
    ['mocks.ts', '--', NODE],
    {
      'mocks.ts': `import { defineMocks } from 'mockberth'\nexport default defineMocks({ 'a b': {} })`,
    },
    'the declaration /project/mocks.ts cannot be used: the API name "a b" ',
  ],
  [
    'a recording that is not there',
    ['mocks.ts', '--', NODE],
    {
      'mocks.ts': `import { defineMocks } from 'mockberth'\nexport default defineMocks({ a: { recording: 'a.har' } })`,
    },
    'there is no recording /project/a.har. ',
  ],
])('hub with %s is an error, and runs nothing', async ([, args, files, error]) => {
  const project = projectWith(files)
  const { code, errors } = await run(project, args)
  const text = errors.replaceAll(project.folder, '/project')
  expect(text.slice(0, error.length + 'mockberth: '.length)).toBe(`mockberth: ${error}`)
  expect(code).toBe(2)
})

test.for<[what: string, command: string, why: string]>([
  ['that is not there', 'no-such-program', 'spawn no-such-program ENOENT'],
  ['that nobody may run', './mocks.ts', 'spawn ./mocks.ts EACCES'],
])('a command %s is an error, after which nothing runs', async ([, command, why]) => {
  const project = projectWith()
  const { code, errors } = await run(project, ['mocks.ts', '--', command])
  expect(errors.split('\n').at(-2)).toBe(
    `mockberth: hub cannot run "${command}"; after -- it takes a command that can be found: ${why}`,
  )
  expect(code).toBe(2)
  await expect.poll(() => processesWith(project.folder)).toEqual([])
})
