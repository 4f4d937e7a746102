import { expect } from 'vitest'
import { createProject } from '../support/project.ts'
import { filesOf, proveBlocks } from './blocks.ts'

const PROFILE = `
import { expect, test } from './test.ts'

test('shows the name', async ({ apis }) => {
  const user = await (await fetch(apis.github.url + '/users/octocat')).json()
  expect(user.login).toBe('Mona')
})`

proveBlocks('docs/playwright.md', {
  async 'Serve its traffic again: npx mockberth replay test-results/profile-shows-the-name/attachments/traffic-….har'(
    text,
  ) {
    const project = createProject({
      'fixtures/mocks.ts': filesOf('README.md')['fixtures/mocks.ts']!,
      'e2e/test.ts': filesOf('docs/playwright.md')['e2e/test.ts']!,
      'playwright.config.ts': `export default { testDir: 'e2e' }`,
      'e2e/profile.spec.ts': PROFILE,
    })
    const { output } = await project.run('playwright', ['test'])
    expect(output.replaceAll(/traffic-[\da-f]{40}/g, 'traffic-…')).toContain(text.trim())
  },
})
