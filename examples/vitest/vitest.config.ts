import { mockberth } from 'mockberth/vitest/plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [mockberth('./fixtures/mocks.ts')],
  test: {
    // The keys that the clients ask for. Any will do: nothing leaves this machine.
    env: {
      GITHUB_TOKEN: 'github-token',
      OPENAI_API_KEY: 'openai-key',
      PRODUCTS_API_TOKEN: 'products-token-3f9a1c7e5b2d',
      STRIPE_API_KEY: 'stripe-key',
    },
  },
})
