import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { createProject } from '../support/project.ts'
import { ask, NO_PROXY, of, type Finding } from './asked-doctor.ts'
import { cliOf } from './declared-project.ts'

test('the machine: localhost, loopback, proxies, and ports that are left', async () => {
  const { machine, code } = await ask([])
  expect(machine.map(({ check }) => check)).toEqual([
    'localhost',
    'loopback',
    'loopback',
    'proxy',
    'ephemeral',
  ])
  expect(machine[1]).toEqual({
    check: 'loopback',
    state: 'good',
    found: '127.0.0.1 can be bound and reached',
  })
  expect(machine[4]!.found).toMatch(
    /^the system gives out the ports \d+ to \d+; \d+ of them are in use$/,
  )
  expect(code).toBe(0)
})

test.for<[what: string, env: NodeJS.ProcessEnv, finding: Partial<Finding>]>([
  [
    'a proxy',
    { HTTP_PROXY: 'http://user:hunter2@proxy.test:8080' },
    {
      state: 'bad',
      found:
        'HTTP_PROXY=http://…@proxy.test:8080, and NO_PROXY does not have localhost, 127.0.0.1, ::1',
      mend: ['export NO_PROXY=localhost,127.0.0.1,::1'],
    },
  ],
  [
    'one of which a part is left out',
    { https_proxy: 'proxy.test', no_proxy: 'example.com, localhost' },
    {
      state: 'bad',
      found: 'HTTPS_PROXY=proxy.test, and NO_PROXY does not have 127.0.0.1, ::1',
      mend: ['export NO_PROXY=example.com,localhost,127.0.0.1,::1'],
    },
  ],
  [
    'one that leaves out this machine',
    { ALL_PROXY: 'socks5://proxy.test', NO_PROXY: 'localhost,127.0.0.1,[::1]' },
    { state: 'good' },
  ],
  [
    'one that leaves out all',
    { HTTP_PROXY: 'http://proxy.test', NO_PROXY: '*' },
    { state: 'good' },
  ],
])('%s', async ([, env, finding]) => {
  const { machine, code } = await ask([], { ...NO_PROXY, NO_PROXY: '', no_proxy: '', ...env })
  expect(of(machine, 'proxy')).toMatchObject([finding])
  expect(code).toBe(finding.state === 'bad' ? 1 : 0)
})

const canUnshare = spawnSync('unshare', ['-rn', 'true']).status === 0

test.runIf(canUnshare)('a loopback that is down is said, and how to mend it', async () => {
  const project = createProject({})
  const args = ['-rn', process.execPath, cliOf(project), 'doctor', '--json']
  const { stdout, status } = spawnSync('unshare', args, { encoding: 'utf8', env: NO_PROXY })
  const { healthy, diagnoses } = JSON.parse(stdout)
  const [four, six] = of(diagnoses[0].findings, 'loopback')
  expect(four).toMatchObject({
    state: 'bad',
    found: expect.stringMatching(/^127\.0\.0\.1 does not work: /),
    mend: ['sudo ip link set lo up', expect.any(String)],
  })
  expect(six!.state).toBe('note')
  expect([healthy, status]).toEqual([false, 1])
})
