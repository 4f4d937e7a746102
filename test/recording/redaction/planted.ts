import type { CapturedContent } from '../../../src/recording/capture.ts'

export const key: Uint8Array = Buffer.from('a key that only this test knows')

const line = (seed: string): string => `${seed}Bq7Zk2Yw9Xc4Vn6Mt8Lp1Jh3Gf5Ds0Aa`.repeat(2)
const jwtPart = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export const jwt = `${jwtPart({ alg: 'RS256', kid: 'k1' })}.${jwtPart({ sub: 'jane', scope: 'all' })}.${line('Sig_').slice(0, 43)}`
export const pem = `-----BEGIN RSA PRIVATE KEY-----\n${line('Mii1').slice(0, 64)}\n${line('Eow2').slice(0, 64)}\nQ3==\n-----END RSA PRIVATE KEY-----\n`

/** None of these was ever given out. */
export const SECRETS: Readonly<Record<string, string>> = {
  'a GitHub token': `ghp_${line('q').slice(0, 36)}`,
  'a GitHub OAuth token': `gho_${line('w').slice(0, 36)}`,
  'a GitHub token of a user of an app': `ghu_${line('e').slice(0, 36)}`,
  'a GitHub token of an app': `ghs_${line('r').slice(0, 36)}`,
  'a GitHub token of an app, as it is now': `ghs_12345_${jwt}`,
  'a GitHub refresh token': `ghr_${line('t').slice(0, 36)}`,
  'a fine-grained GitHub token': `github_pat_11ABCDEFG0abcdefghijkl_${line('y').slice(0, 59)}`,
  'an OpenAI key': `sk-${line('u').slice(0, 48)}`,
  'an OpenAI project key': `sk-proj-${line('i-')}_T3BlbkFJ${line('o')}`,
  'an OpenAI service account key': `sk-svcacct-${line('p')}`,
  'an Anthropic key': `sk-ant-api03-${line('a-').slice(0, 93)}AA`,
  'a Stripe key': `sk_live_${line('s').slice(0, 24)}`,
  'a Stripe test key': `sk_test_${line('d').slice(0, 24)}`,
  'a restricted Stripe key': `rk_live_${line('f').slice(0, 24)}`,
  'a restricted Stripe test key': `rk_test_${line('g').slice(0, 24)}`,
  'a Stripe webhook secret': `whsec_${line('h').slice(0, 32)}`,
  'an AWS access key id': 'AKIAQ7ZK2YW9XC4VN6MT',
  'a temporary AWS access key id': 'ASIAQ7ZK2YW9XC4VN6MT',
  'a Slack bot token': `xoxb-123456789012-1234567890123-${line('j').slice(0, 24)}`,
  'a Slack user token': `xoxp-123456789012-123456789012-${line('k').slice(0, 32)}`,
  'a Slack refresh token': `xoxe-1-${line('l')}`,
  'a Slack app token': `xapp-1-A0123456789-1234567890123-${line('z')}`,
  'a Slack webhook': `https://hooks.slack.com/services/T0123ABCD/B0123ABCD/${line('x').slice(0, 24)}`,
  'a Google API key': `AIza${line('c').slice(0, 35)}`,
  'a Google access token': `ya29.a0${line('v')}`,
  'a Google client secret': `GOCSPX-${line('b').slice(0, 28)}`,
  'a Google refresh token': `1//0g${line('n')}`,
  'a GitLab token': `glpat-${line('m').slice(0, 20)}`,
  'an npm token': `npm_${line('Q').slice(0, 36)}`,
  'a SendGrid key': `SG.${line('W').slice(0, 22)}.${line('E').slice(0, 43)}`,
  'a Hugging Face token': `hf_${line('R').slice(0, 34)}`,
  'a JWT': jwt,
  'a private key': pem,
}

export function contentOf(parts: Partial<CapturedContent> = {}): CapturedContent {
  return {
    method: 'POST',
    url: 'https://api.example.com/items?page=2',
    requestHeaders: ['Accept', 'application/json'],
    requestBody: undefined,
    status: 200,
    statusText: 'OK',
    responseHeaders: ['Content-Type', 'application/json'],
    responseBody: '{"ok":true}',
    ...parts,
  }
}

/** All that is in an exchange, bodies in bytes as a character for each. */
export function textOf(content: CapturedContent): string {
  return JSON.stringify(content, (_, value: unknown) => {
    const isBuffer = typeof value === 'object' && value !== null && 'data' in value
    return isBuffer ? Buffer.from(value.data as number[]).toString('latin1') : value
  })
}

/** A secret as encodings write it, and its longest line. */
export function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const longest = secret.split('\n').toSorted((one, other) => other.length - one.length)[0]!
  const forms = [secret, longest, json, JSON.stringify(json).slice(1, -1)]
  return [
    ...forms,
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
  ]
}
