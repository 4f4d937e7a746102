import { expect, test } from 'vitest'
import { filterIn } from '../../src/playwright/extent.ts'

test.for<[line: string, filter: string | undefined]>([
  ['test', undefined],
  ['test --config x --trace on -j 2 -c x -u all --reporter=line', undefined],
  ['test -xj1 --quiet --headed --retries 2', undefined],
  ['test a.spec.ts', 'a.spec.ts'],
  ['test --headed a.spec.ts', 'a.spec.ts'],
  ['test -x a.spec.ts', 'a.spec.ts'],
  ['test -j1 a.spec.ts', 'a.spec.ts'],
  ['test -j 1 a.spec.ts', 'a.spec.ts'],
  ['test --workers=1 a.spec.ts', 'a.spec.ts'],
  ['test -- a.spec.ts', 'a.spec.ts'],
  ['test -g one', '-g'],
  ['test -gone', '-gone'],
  ['test --grep=one', '--grep=one'],
  ['test --project firefox', '--project'],
  ['test --last-failed', '--last-failed'],
  ['test --ui-port 0', '--ui-port'],
  ['test-server', 'an editor'],
])('what `playwright %s` leaves to run is picked by %s', ([line, filter]) => {
  expect(filterIn(['node', 'playwright', ...line.split(' ')])).toBe(filter)
})
