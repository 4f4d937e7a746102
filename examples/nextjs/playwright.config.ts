import { defineConfig } from '@playwright/test'

const { CHROMIUM_PATH, PORT = '3000' } = process.env
const baseURL = `http://127.0.0.1:${PORT}`

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  workers: 4,
  reporter: 'list',
  // The dev server compiles a page when it is asked for it first, for all four workers at once.
  timeout: 120_000,
  expect: { timeout: 60_000 },
  use: {
    baseURL,
    // Otherwise Playwright's own: `npx playwright install chromium`.
    launchOptions: CHROMIUM_PATH === undefined ? {} : { executablePath: CHROMIUM_PATH },
  },
  // One app for all workers. What it asks for a test is answered by the mocks of that test.
  webServer: {
    command: `npx mockberth hub fixtures/mocks.ts -- next dev --hostname 127.0.0.1 --port ${PORT}`,
    url: baseURL,
  },
})
