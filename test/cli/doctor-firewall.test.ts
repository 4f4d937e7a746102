import { spawnSync } from 'node:child_process'
import { expect, test, type TestContext } from 'vitest'
import { createProject } from '../support/project.ts'
import { NO_PROXY, of, type Said } from './asked-doctor.ts'
import { cliOf, NODE } from './declared-project.ts'

/** In a network of its own, where only what is in it is asked: a firewall, and a server on port 4010. */
const SCRIPT = `
ip link set lo up && nft -f rules.nft || exit 9
"$NODE" server.cjs &
read -r _ < listening
"$NODE" "$CLI" doctor --json "$@"
code=$?
kill $!
exit $code`

const SERVER = `
setTimeout(() => process.exit(), 60_000)
const server = require('node:http').createServer((request, response) => response.end())
server.listen(4010, '127.0.0.1', () => require('node:fs').writeFileSync('listening', '\\n'))`

const rules = (rule: string): string => `
table inet doctor {
  chain output {
    type filter hook output priority filter
    ${rule}
  }
}`

/** Programs of root's are not on the PATH of every user. */
const ENV = { ...process.env, ...NO_PROXY, PATH: `${process.env.PATH}:/usr/sbin` }

/** A firewall takes root, be it in a namespace, and the kernel's leave. */
const isPossible =
  spawnSync('unshare', ['-rn', 'nft', '-f', '-'], { input: rules('accept'), env: ENV }).status === 0

function needsFirewall({ skip }: TestContext): void {
  skip(!isPossible, 'no firewall can be made here: it takes unshare -rn, and nft')
}

/** What the doctor says of ports behind a firewall with this rule, before its time is over. */
function askBehind(rule: string, ports: readonly string[]): Said {
  const project = createProject({ 'rules.nft': rules(rule), 'server.cjs': SERVER })
  const env = { ...ENV, NODE, CLI: cliOf(project) }
  const script = `mkfifo listening\n${SCRIPT}`
  const { stdout, status } = spawnSync('unshare', ['-rn', 'sh', '-c', script, 'sh', ...ports], {
    cwd: project.folder,
    encoding: 'utf8',
    env,
    timeout: LONGEST,
  })
  const { healthy, diagnoses } = JSON.parse(stdout)
  return {
    code: status,
    healthy,
    findings: diagnoses.slice(0, -1).flatMap((one: any) => one.findings),
    machine: diagnoses.at(-1).findings,
  }
}

/** For how many milliseconds a doctor may look, on a machine with much else to do. */
const LONGEST = 30_000

const RULES_OF_FIREWALL = 'sudo iptables -S; sudo nft list ruleset   # rules of a firewall'

test('a firewall that drops what is sent to a port is named', (context) => {
  needsFirewall(context)
  const { findings, machine, healthy, code } = askBehind('tcp dport { 4010, 4011 } drop', [
    '4010',
    '4011',
  ])
  expect(of(findings, 'listening')).toMatchObject([
    { state: 'good', found: expect.stringMatching(/ listens on 127\.0\.0\.1$/) },
    { state: 'bad', meaning: 'The service has ended, has not begun, or listens on another port.' },
  ])
  expect(of(findings, 'answering')).toEqual(
    ['4010', '4011'].map((port) => ({
      check: 'answering',
      state: 'bad',
      found: `connections to 127.0.0.1:${port} are neither taken nor refused (ETIMEDOUT)`,
      meaning:
        'A firewall forbids it, or the program takes no connections: it hangs, or is stopped.',
      mend: [RULES_OF_FIREWALL, 'Start the service again.'],
    })),
  )
  expect(of(machine, 'loopback').map(({ state }) => state)).toEqual(['good', 'good'])
  expect([healthy, code]).toEqual([false, 1])
})

test('one that refuses a port is named', (context) => {
  needsFirewall(context)
  const rule = 'tcp dport 4010 reject with tcp reset'
  const { findings, code } = askBehind(rule, ['4010'])
  expect(of(findings, 'answering')).toMatchObject([
    {
      found: '127.0.0.1:4010 refuses connections',
      meaning: 'It listens there, and a firewall refuses for it.',
      mend: [RULES_OF_FIREWALL, expect.any(String)],
    },
  ])
  expect(code).toBe(1)
})

test.for([
  ['refuses', 'oif lo tcp flags syn reject with tcp reset', 'ECONNREFUSED'],
  ['drops', 'oif lo drop', 'a connection to a port of its own is neither taken nor refused'],
])('one that %s all that this machine sends to itself is named', ([, rule, how], context) => {
  needsFirewall(context)
  const { machine, healthy, code } = askBehind(rule!, [])
  expect(of(machine, 'loopback')[0]).toMatchObject({
    state: 'bad',
    found: `127.0.0.1 does not work: ${how}`,
    meaning: expect.stringContaining('a firewall or sandbox forbids it'),
    mend: [expect.any(String), RULES_OF_FIREWALL],
  })
  expect([healthy, code]).toEqual([false, 1])
})
