import { expect, test } from 'vitest'
import { entryOf, harOf, listed, ORIGIN, writeRecording } from '../support/har.ts'
import { startMocks } from '../support/start.ts'

test('of two APIs with one upstream, each keeps its links to itself', async () => {
  const headers = listed(`location: ${ORIGIN}/next`)
  const recording = await writeRecording(harOf([entryOf({ url: '/' }, { status: 302, headers })]))
  const definition = { upstream: ORIGIN, recording }
  const { apis } = await startMocks({ one: definition, two: definition })
  for (const { url } of [apis.one, apis.two]) {
    const response = await fetch(url, { redirect: 'manual' })
    expect(response.headers.get('location')).toBe(`${url}/next`)
  }
})
