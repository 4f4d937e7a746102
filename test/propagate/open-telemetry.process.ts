// Instruments an app with the OpenTelemetry SDK, as its documentation says for ES modules. Spans are
// made, and go nowhere; what is propagated is up to OTEL_PROPAGATORS.

import { register } from 'node:module'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { NodeSDK } from '@opentelemetry/sdk-node'

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url)
new NodeSDK({
  instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()],
  traceExporter: { export: (_, done) => done({ code: 0 }), shutdown: async () => {} },
}).start()
