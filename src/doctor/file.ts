import { readFileSync } from 'node:fs'
import { describeError } from '../errors.ts'
import { isEphemeral } from '../ports/ephemeral.ts'
import { holdersOf } from '../ports/holders.ts'
import { hasEnded } from '../recording/run-id.ts'
import { blocksIn, type EnvBlock } from '../run/env-block.ts'
import { authorityOf } from '../wire/hosts.ts'
import { addressesOf } from './endpoint.ts'
import { entriesOf, type Entry } from './entries.ts'
import type { Diagnosis, Finding } from './finding.ts'
import { GIVEN_ANEW } from './port.ts'
import { listenTo } from './speech.ts'

/** What the addresses of this machine lead to that a file names. */
export async function examineFile(file: string): Promise<Diagnosis> {
  let entries: readonly Entry[]
  const text = readFileSync(file, 'utf8')
  try {
    entries = await entriesOf(file, text)
  } catch (error) {
    const found = `cannot be read: ${describeError(error).split('\n', 1)[0]}`
    const meaning = 'What reads it fails in the same way, or takes only a part of it.'
    return { subject: file, findings: [{ check: 'file', state: 'bad', found, meaning }] }
  }
  if (entries.length === 0) {
    const found = 'names no port of this machine'
    return { subject: file, findings: [{ check: 'file', state: 'good', found }] }
  }
  const written = blocksIn(text)
  const findings = await Promise.all(entries.map((entry) => examineEntry(entry, written)))
  return { subject: file, findings }
}

async function examineEntry(
  { place, endpoint }: Entry,
  blocks: readonly EnvBlock[],
): Promise<Finding> {
  const check = 'entry'
  const named = `${place} is ${endpoint.text}`
  const speeches = await Promise.all(
    addressesOf(endpoint).map((address) => listenTo(address, endpoint.port)),
  )
  if (speeches.some(({ kind }) => kind !== 'refused' && kind !== 'unreachable')) {
    const [holder] = await holdersOf(endpoint.port)
    const who = holder?.process === undefined ? '' : `: ${holder.process.command}`
    return { check, state: 'good', found: `${named}, where somebody answers${who}` }
  }
  const found = `${named}, where nobody answers`
  const writer = blocks.find(({ lines }) => lines.includes(`${place}=`))
  if (writer !== undefined && hasEnded(writer.run)) {
    return {
      check,
      state: 'bad',
      found,
      meaning:
        'It is a mock of a mockberth serve that was killed before it could take its lines out.',
      mend: ['Start that one again: it replaces the lines.', 'Or take them out.'],
    }
  }
  return {
    check,
    state: 'bad',
    found,
    meaning: isEphemeral(endpoint.port)
      ? GIVEN_ANEW
      : 'What reads this file gets a port that nobody listens on.',
    mend: [`npx mockberth doctor ${authorityOf(endpoint.host, endpoint.port)}   # says more of it`],
  }
}
