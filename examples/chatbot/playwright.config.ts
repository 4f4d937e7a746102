import { defineConfig } from '@playwright/test'

const { CHROMIUM_PATH, DEMO_FAIL } = process.env

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  workers: 4,
  // It fails on purpose.
  testIgnore: DEMO_FAIL === undefined ? 'misspelt.spec.ts' : [],
  reporter: 'list',
  use: {
    // Otherwise Playwright's own: `npx playwright install chromium`.
    launchOptions: CHROMIUM_PATH === undefined ? {} : { executablePath: CHROMIUM_PATH },
  },
})
