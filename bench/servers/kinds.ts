import type { ServerKind } from './subject.ts'

const MODULES = {
  raw: './raw.ts',
  mockberth: './mockberth.ts',
  hono: '../peers/hono.js',
  mockttp: '../peers/mockttp.js',
  'http-middleware': '../peers/http-middleware.js',
  WireMock: '../peers/wiremock.js',
}

/** The name of something that is measured, as the table has it. */
export type ServerName = keyof typeof MODULES

/** All that can be measured: the limit, mockberth, and its peers. */
export const SERVER_NAMES: readonly ServerName[] = Object.keys(MODULES) as ServerName[]

/** Those that need nothing but this repository. */
export const OWN_SERVERS: readonly ServerName[] = SERVER_NAMES.filter((name) => !isPeer(name))

/** Whether it needs what is installed in bench/peers. */
export function isPeer(name: string): boolean {
  return name in MODULES && MODULES[name as ServerName].startsWith('../peers/')
}

/** Loads what opens servers of a kind. */
export async function kindOf(name: ServerName): Promise<ServerKind> {
  return (await import(new URL(MODULES[name], import.meta.url).href)) as ServerKind
}
