// Code under test that reads its configuration when it is loaded.

export const baseUrl = process.env.GITHUB_API_URL
export const viteBaseUrl = import.meta.env.GITHUB_API_URL as unknown
