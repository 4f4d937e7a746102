import { expect, test } from 'vitest'
import { exchange, message } from '../support/raw-client.ts'
import { clients } from './clients.ts'
import { CARRYING, INSTRUMENTED, pathOf, startApp, startUpstream } from './running-app.ts'

const QUIET = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const INCOMING = `00-${TRACE_ID}-b7ad6b7169203331-01`
const HEADERS = ['baggage: user=1,mockberth=one', `traceparent: ${INCOMING}`, 'tracestate: a=1']

test.for([
  ['alone', INSTRUMENTED],
  ['before the module', [...INSTRUMENTED, ...CARRYING]],
  ['after the module', [...CARRYING, ...INSTRUMENTED]],
] as const)(
  'an app that OpenTelemetry instruments carries the mark once: %s',
  async ([, options]) => {
    const [app, upstream] = await Promise.all([startApp(options, QUIET), startUpstream()])
    for (const client of Object.keys(clients)) {
      const path = pathOf('setTimeout', client, `${upstream.url}/asked`)
      const reply = await exchange(app.http, message(`GET ${path}`, HEADERS))
      expect(reply.body.toString()).toBe('done')
      const sent = (name: string): string[] => upstream.values(name).at(-1)!
      expect([client, sent('baggage')]).toEqual([client, ['user=1,mockberth=one']])
      // The trace goes on, with a span of OpenTelemetry's.
      expect(sent('traceparent')).toEqual([expect.stringMatching(`^00-${TRACE_ID}-\\w{16}-01$`)])
      expect(sent('traceparent')).not.toEqual([INCOMING])
      expect(sent('tracestate')).toEqual(['a=1'])
    }
  },
)

test('where OpenTelemetry leaves baggage alone, the module carries it', async () => {
  const env = { ...QUIET, OTEL_PROPAGATORS: 'tracecontext' }
  const upstream = await startUpstream()
  const path = pathOf('setTimeout', 'fetch', `${upstream.url}/asked`)
  for (const [options, expected] of [
    [INSTRUMENTED, []],
    [[...INSTRUMENTED, ...CARRYING], ['user=1,mockberth=one']],
  ] as const) {
    const app = await startApp(options, env)
    await exchange(app.http, message(`GET ${path}`, HEADERS))
    expect(upstream.values('baggage').at(-1)).toEqual(expected)
    expect(upstream.values('traceparent').at(-1)).toEqual([
      expect.stringMatching(`^00-${TRACE_ID}-\\w{16}-01$`),
    ])
  }
})
