import { expect, test } from 'vitest'
import { defineMocks, MockberthError, type ApiDefinition } from '../../src/index.ts'

const recordingTakes = 'it takes the path or the file: URL of a HAR file.'
const matchTakes =
  'it takes { ignoreQuery?: names, ignoreBody?: JSON paths, headers?: names, normalize?: function }.'
const sequenceTakes = "it takes 'repeat-last', 'cycle' or 'once'."
const rewriteTakes = "it takes 'links', 'text' or false."
const timingTakes = "it takes 'none', 'recorded', or a factor from 0 to 1000."

function errorOf(definition: unknown): unknown {
  try {
    return defineMocks({ github: definition as ApiDefinition })
  } catch (error) {
    return error
  }
}

test.for<[option: string, value: unknown, message: string]>([
  ['recording', 7, `recording got 7; ${recordingTakes}`],
  ['recording', '', `recording got ""; ${recordingTakes}`],
  ['recording', 'https://a.test/x.har', `recording got "https://a.test/x.har"; ${recordingTakes}`],
  [
    'recording',
    new URL('https://a.test/x.har'),
    `recording got "https://a.test/x.har"; ${recordingTakes}`,
  ],
  ['recording', ['x.har'], `recording got ["x.har"]; ${recordingTakes}`],
  ['match', 'query', `match got "query"; ${matchTakes}`],
  ['match', null, `match got null; ${matchTakes}`],
  ['match', [], `match got []; ${matchTakes}`],
  ['match', { ignoreQuery: '_' }, `match got {"ignoreQuery":"_"}; ${matchTakes}`],
  ['match', { ignoreBody: [1] }, `match got {"ignoreBody":[1]}; ${matchTakes}`],
  ['match', { headers: {} }, `match got {"headers":{}}; ${matchTakes}`],
  ['match', { normalize: 'x' }, `match got {"normalize":"x"}; ${matchTakes}`],
  ['match', { ignore: [] }, `match got {"ignore":[]}; ${matchTakes}`],
  ['match', { toString: [] }, `match got {"toString":[]}; ${matchTakes}`],
  ['sequence', 'repeat', `sequence got "repeat"; ${sequenceTakes}`],
  ['sequence', true, `sequence got true; ${sequenceTakes}`],
  ['rewriteUrls', true, `rewriteUrls got true; ${rewriteTakes}`],
  ['rewriteUrls', 'all', `rewriteUrls got "all"; ${rewriteTakes}`],
  ['timing', 'fast', `timing got "fast"; ${timingTakes}`],
  ['timing', -1, `timing got -1; ${timingTakes}`],
  ['timing', 1001, `timing got 1001; ${timingTakes}`],
  ['timing', '2', `timing got "2"; ${timingTakes}`],
])('the option %s refuses %j', ([option, value, message]) => {
  const error = errorOf({ [option]: value })
  expect(error).toBeInstanceOf(MockberthError)
  expect(error).toMatchObject({ code: 'INVALID_OPTION', message: `the API github: ${message}` })
})

test('every option takes what it says it takes', () => {
  expect(() =>
    defineMocks({
      six: { recording: 'x.har', match: {}, sequence: 'once', rewriteUrls: false, timing: 0 },
      seven: {
        recording: new URL('file:///x.har'),
        match: { ignoreQuery: ['_'], ignoreBody: ['$.a'], headers: ['x'], normalize: () => {} },
        sequence: 'cycle',
        rewriteUrls: 'text',
        timing: 2.5,
      },
      eight: { match: { ignoreQuery: undefined! }, timing: 'recorded', sequence: 'repeat-last' },
    }),
  ).not.toThrow()
})
