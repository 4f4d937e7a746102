import { defineConfig } from '@playwright/test'

const { CHROMIUM_PATH } = process.env

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './fixtures/template.ts',
  fullyParallel: true,
  workers: 2,
  // Mockberth's has a worker's databases go on when Playwright takes another worker, and ends them with the run.
  reporter: [['list'], ['mockberth/playwright/reporter']],
  use: {
    // Otherwise Playwright's own: `npx playwright install chromium`.
    launchOptions: CHROMIUM_PATH === undefined ? {} : { executablePath: CHROMIUM_PATH },
  },
})
