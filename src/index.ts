export type {
  Address,
  Candidate,
  Exchange,
  ExchangeMessage,
  ExchangeRequest,
  ExchangeResponse,
  Outcome,
  RawHeaders,
} from './contract/index.ts'
export { MockberthError, type ErrorCode } from './errors.ts'
export { defineMocks, type Mocks } from './mocks/define.ts'
export type {
  ApiDefinition,
  Definitions,
  EnvDefinition,
  EnvValue,
  Mode,
  UnhandledPolicy,
  UnusedPolicy,
} from './mocks/definition.ts'
export type {
  DeclarationOptions,
  Service,
  ServiceDefinition,
  ServiceDefinitions,
  Services,
} from './mocks/service-definition.ts'
export type { MockApi } from './mocks/mock-api.ts'
export type { StartOptions } from './mocks/plan.ts'
export type { Apis, RunningMocks } from './mocks/running-set.ts'
export type { WaitOptions } from './mocks/wait-for.ts'
export type { RewriteUrls } from './recording/links.ts'
export type { MatchDefinition, MatchedRequest } from './recording/match.ts'
export type { RedactDefinition } from './recording/redaction/definition.ts'
export type { Sequence } from './recording/turns.ts'
export type { CorsPolicy } from './wire/guard.ts'
