import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { NO_PROXY } from '../cli/asked-doctor.ts'
import { startRealApi } from '../responders/real-api.ts'
import { createProject } from '../support/project.ts'
import { blockWith, filesOf, proveBlocks, sameEachTime, type Proof } from './blocks.ts'
import { runsPythonTests } from './python.ts'
import { interrupt, runShell, startShell } from './shell.ts'

const files = { 'fixtures/mocks.ts': filesOf('README.md')['fixtures/mocks.ts']! }

const ASKS = `await fetch(process.env.GITHUB_API_URL + '/users/octocat')`

/** Of what `mockberth serve` prints while it is asked what the page says. */
const isServed: Proof = async (text) => {
  const command = blockWith('docs/command-line.md', 'mockberth serve fixtures/mocks.ts\n')
  const serving = startShell(createProject(files), command)
  const [, url] = await serving.printed(/^GITHUB_API_URL=(\S+)$/m)
  for (const [, path] of text.matchAll(/GET (\/\S+)(?= {2}\d)/g)) await fetch(url + path!)
  await serving.printed(/nothing answers it/)
  await interrupt(serving)
  expect(sameEachTime(serving.output())).toContain(sameEachTime(text))
}

/** The doctor's good findings of this machine, without what machines differ in. */
const goodOf = (text: string): string[] =>
  [...text.matchAll(/^ {2}✓ (.*)/gm)].map(([, found]) =>
    found!.replaceAll(/\d+(?= (?:to|of|are))|(?<= to )\d+|(?<=^localhost is ).*/g, 'N'),
  )

proveBlocks('docs/command-line.md', {
  'npx mockberth run fixtures/mocks.ts -- python manage.py test': runsPythonTests,
  async 'npx mockberth serve fixtures/mocks.ts'(text) {
    const serving = startShell(createProject(files), text)
    const [, url] = await serving.printed(/^GITHUB_API_URL=(\S+)$/m)
    expect((await fetch(`${url}/users/octocat`)).status).toBe(200)
    await interrupt(serving)
  },
  'Serving fixtures/mocks.ts until Ctrl-C:': isServed,
  async 'npx mockberth record https://api.github.com -o github.har --env GITHUB_API_URL -- node app.js'(
    text,
  ) {
    const { url } = await startRealApi((_asked, outgoing) => outgoing.end('the real one'))
    const project = createProject({ 'app.js': ASKS })
    const { code } = await runShell(project, text.replace('https://api.github.com', url))
    const { log } = JSON.parse(readFileSync(join(project.folder, 'github.har'), 'utf8'))
    expect(log.entries[0].request.url).toBe(`${url}/users/octocat`)
    expect(code).toBe(0)
  },
  async 'npx mockberth merge fixtures/recordings'(text) {
    const { url } = await startRealApi((_asked, outgoing) => outgoing.end('the real one'))
    const project = createProject({ 'app.js': ASKS, 'fixtures/recordings/.keep': '' })
    const file = 'fixtures/recordings/github.har'
    const record = `npx mockberth record ${url} -o ${file} --env GITHUB_API_URL -- node app.js`
    await runShell(project, record, { MOCKBERTH_MERGE: 'later' })
    const { code, output } = await runShell(project, text)
    expect(output).toBe(`${file}: 1 added, 0 replaced, 0 removed\n`)
    expect(code).toBe(0)
  },
  async 'npx mockberth doctor 62893                  # a port'(text) {
    const project = createProject({ '.env': '', 'config.yaml': 'url: http://localhost:3000' })
    const { output } = await runShell(project, text, NO_PROXY)
    expect(output.match(/^\S.*/gm)).toEqual(
      '127.0.0.1:62893,this machine,http://localhost:3000,this machine,.env,config.yaml,this machine,this machine'.split(
        ',',
      ),
    )
  },
  async '127.0.0.1:62893'(text) {
    const asked = 'npx mockberth doctor 62893'
    const { code, output } = await runShell(createProject({}), asked, NO_PROXY)
    const [port, machine] = text.split('this machine')
    expect(output.split('this machine')[0]).toBe(port)
    expect(goodOf(machine!)).toEqual(expect.arrayContaining(goodOf(output)))
    expect(code).toBe(1)
  },
})
