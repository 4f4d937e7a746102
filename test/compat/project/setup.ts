// A setup file of the project's own: it reads env at import as well.

import { baseUrl } from './app.ts'

export const seenBySetup = baseUrl
;(process as { seenBySetup?: unknown }).seenBySetup = baseUrl
