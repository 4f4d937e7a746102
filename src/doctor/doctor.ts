import { statSync } from 'node:fs'
import { MockberthError } from '../errors.ts'
import { endpointsIn, type Endpoint } from './endpoint.ts'
import { examineFile } from './file.ts'
import type { Diagnosis } from './finding.ts'
import { examineMachine } from './machine.ts'
import { examinePort } from './port.ts'

/**
 * Says why ports of this machine answer as they do. Nothing is changed, and nothing ended.
 *
 * @param questions ports, URLs, `host:port`, or files that have some of them
 * @throws `INVALID_OPTION`
 */
export async function examine(questions: readonly string[]): Promise<Diagnosis[]> {
  const subjects = questions.map(subjectOf)
  const asked = await Promise.all(
    subjects.map((subject) =>
      'file' in subject ? examineFile(subject.file) : examinePort(subject.endpoint),
    ),
  )
  return [...asked, await examineMachine(process.env)]
}

type Subject = { readonly file: string } | { readonly endpoint: Endpoint }

function subjectOf(question: string): Subject {
  const isPort = /^\d{1,5}$/.test(question)
  const [endpoint] = endpointsIn(isPort ? `127.0.0.1:${question}` : question)
  const isWhole = /^(?:\d+|[^\s/]+:\d+|[a-z][\w+.-]*:\/\/\S*)$/i.test(question)
  if (endpoint !== undefined && isWhole) return { endpoint }
  if (isFile(question)) return { file: question }
  throw new MockberthError(
    'INVALID_OPTION',
    `doctor got ${JSON.stringify(question)}; it takes a port of this machine (3000), a URL of one (http://localhost:3000), or a file that is there (.env).`,
  )
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
