/** What a vendor's secret looks like. */
export interface Shape {
  readonly name: string
  /** In words that come after "is". */
  readonly what: string
  /** A pattern of the whole. It may not begin in the middle of a word. */
  readonly pattern: string
  /** A pattern of its beginning, which is no secret and is kept. */
  readonly prefix: string
}

/** Where a JWT may begin behind something else. */
export const JWT_BEHIND = '[_-]eyJ'

/** A part of a JWT ends where another could begin, or a long text of beginnings would take long. */
export const JWT_PART: string = String.raw`(?:(?!${JWT_BEHIND})[\w-])`

/**
 * The secrets that are known by their looks. Each is as its vendor documents it, or else as its
 * tokens are seen to be; where the length is documented, somewhat shorter ones count, too.
 */
export const SHAPES: readonly Shape[] = [
  {
    // docs.github.com, "GitHub's token formats". Those of apps hold a JWT by now.
    name: 'github',
    what: 'a GitHub token',
    pattern: String.raw`gh[pousr]_[\w-]{30,}(?:\.[\w-]{10,}){0,2}|github_pat_\w{22,}`,
    prefix: String.raw`gh[pousr]_(?:\d+_(?=eyJ))?|github_pat_`,
  },
  {
    name: 'anthropic',
    what: 'an Anthropic key',
    pattern: String.raw`sk-ant-[\w-]{20,}`,
    prefix: String.raw`sk-ant-(?:[a-z]{1,9}\d\d-)?`,
  },
  {
    name: 'openai',
    what: 'an OpenAI key',
    pattern: String.raw`sk-(?:proj|svcacct|admin|None|or-v1)-[\w-]{20,}|sk-[A-Za-z\d]{20,}`,
    prefix: 'sk-(?:(?:proj|svcacct|admin|None|or-v1)-)?',
  },
  {
    // docs.stripe.com/keys. Those with pk_ are public.
    name: 'stripe',
    what: 'a Stripe key',
    pattern: String.raw`[rs]k_(?:live|test)_[A-Za-z\d]{10,}|whsec_[A-Za-z\d+/]{20,}={0,2}`,
    prefix: '[rs]k_(?:live|test)_|whsec_',
  },
  {
    // docs.aws.amazon.com/IAM, "Unique identifiers"
    name: 'aws',
    what: 'an AWS access key id',
    pattern: String.raw`A(?:KI|SI|BI|CC)A[A-Z\d]{16}(?![A-Za-z\d])`,
    prefix: 'A(?:KI|SI|BI|CC)A',
  },
  {
    // docs.slack.dev/authentication/tokens. The last part of a webhook's URL is what is secret.
    name: 'slack',
    what: 'a Slack token',
    pattern: String.raw`xox[a-z](?:\.xox[a-z])?-[\w-]{10,}|xapp-\d-[\w-]{10,}|hooks\.slack\.com/[a-z]{1,20}/T\w{4,20}/\w{4,20}/[\w/]{8,}`,
    prefix: String.raw`xox[a-z](?:\.xox[a-z])?-|xapp-(?:\d-)?|hooks\.slack\.com/[a-z]{1,20}/T\w{4,20}/\w{4,20}/`,
  },
  {
    // An API key, an OAuth access token, a client secret and a refresh token.
    name: 'google',
    what: 'a Google credential',
    pattern: String.raw`AIza[\w-]{35}|ya29\.[\w.-]{20,}|GOCSPX-[\w-]{20,}|1//0[\w-]{20,}`,
    prefix: String.raw`AIza|ya29\.|GOCSPX-|1//0`,
  },
  {
    name: 'gitlab',
    what: 'a GitLab token',
    pattern: String.raw`gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[\w-]{20,}(?:\.[\w-]{2,20}){0,2}`,
    prefix: 'gl[a-z]{2,5}-',
  },
  {
    name: 'npm',
    what: 'an npm token',
    pattern: String.raw`npm_[A-Za-z\d]{36,}`,
    prefix: 'npm_',
  },
  {
    name: 'sendgrid',
    what: 'a SendGrid key',
    pattern: String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`,
    prefix: String.raw`SG\.`,
  },
  {
    name: 'huggingface',
    what: 'a Hugging Face token',
    pattern: String.raw`hf_[A-Za-z\d]{30,}`,
    prefix: 'hf_',
  },
  {
    // RFC 7519; with five parts it is encrypted (RFC 7516).
    name: 'jwt',
    what: 'a JWT',
    pattern: String.raw`eyJ${JWT_PART}{5,}\.${JWT_PART}*\.${JWT_PART}*(?:\.${JWT_PART}+\.${JWT_PART}+)?`,
    prefix: '',
  },
  {
    // RFC 7468, also where its lines are written as `\n`, and where its end is cut off.
    name: 'pem',
    what: 'a private key',
    pattern: String.raw`-----BEGIN [A-Z\d ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----))*(?:-----END [A-Z\d ]{0,40}-----|$)`,
    prefix: '',
  },
  {
    // RFC 3986 §3.2.1
    name: 'basic',
    what: 'a password in a URL',
    pattern: String.raw`(?<=:\/\/)[^\s/?#@:"'<>\\]{0,256}:[^\s/?#@"'<>\\]{1,512}(?=@)`,
    prefix: '',
  },
]

/** Where a shape may begin: not in a word, but behind what is written with `%` or `\`. */
export const START: string = String.raw`(?:(?<![A-Za-z\d])|(?<=%[\dA-Fa-f]{2}|\\[bfnrt]|\\u[\dA-Fa-f]{4}))`

/** All of some shapes as one pattern, with a group of its name for each. */
export function patternOf(shapes: readonly Shape[]): RegExp {
  const groups = shapes.map(({ name, pattern }) => `(?<${name}>${pattern})`)
  return new RegExp(groups.length === 0 ? '(?!)' : `${START}(?:${groups.join('|')})`, 'g')
}

/**
 * Finds out quickly that no shape is in a text, whatever is escaped in it. Each part begins with its
 * rarest character, and looks back from there: most of a text is skipped.
 */
export const SHAPE_HINT: RegExp =
  /_(?<=gh[pousr]_|github_pat_|[rs]k_(?:live|test)_|whsec_|npm_|hf_)|x(?<=xox)[a-z]|-(?<=sk-|xapp-|GOCSPX-|gl[a-z]{2,5}-)|[AJz](?<=A(?:KI|SI|BI|CC)A|eyJ|AIz)|\.(?<=hooks\.|ya29\.|SG\.)|1(?:\\?\/|%2[Ff]){2}0|K(?<=PRIVATE(?:.|%20)K)|(?::|%3[Aa])(?:\\?\/|%2[Ff]){2}[^\s/"@]{0,768}(?:@|%40)|\\u00[2-7]/

const WHOLE = new RegExp(`^(?:${patternOf(SHAPES.filter(({ name }) => name !== 'basic')).source})$`)

/** The shape that all of a text has. */
export function shapeOf(text: string): Shape | undefined {
  const groups = WHOLE.exec(text)?.groups
  return groups && SHAPES.find(({ name }) => groups[name] !== undefined)
}
