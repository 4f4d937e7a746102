import { Octokit } from '@octokit/rest'

const github = new Octokit({
  auth: process.env.GITHUB_TOKEN,
  baseUrl: process.env.GITHUB_API_URL ?? 'https://api.github.com',
})

/** The page about a person: their name and all their repositories, the most starred first. */
export async function profilePage(login: string): Promise<string> {
  const { data: user } = await github.rest.users.getByUsername({ username: login })
  const repositories = await github.paginate(github.rest.repos.listForUser, { username: login })
  const lines = repositories
    .map(({ name, stargazers_count: stars = 0 }) => ({ name, stars }))
    .toSorted((one, other) => other.stars - one.stars)
    .map(({ name, stars }) => `- ${name} (${stars} stars)`)
  return [`# ${user.name ?? user.login}`, ...lines].join('\n')
}
