import { examine } from '../doctor/doctor.ts'
import { isHealthy, type Diagnosis, type Finding } from '../doctor/finding.ts'
import { printable } from './printable.ts'

/**
 * Says why ports of this machine answer as they do.
 *
 * @returns the exit code: 1 where a problem was found
 * @throws `INVALID_OPTION`
 */
export async function doctor(
  questions: readonly string[],
  { json = false }: { readonly json?: boolean },
): Promise<number> {
  const diagnoses = await examine(questions)
  const isGood = isHealthy(diagnoses)
  if (json) console.log(JSON.stringify({ healthy: isGood, diagnoses }, undefined, 2))
  else console.log(printable(diagnoses.map(sectionOf).join('\n\n')))
  return isGood ? 0 : 1
}

const SIGNS: Readonly<Record<Finding['state'], string>> = { good: '✓', note: '·', bad: '✗' }

function sectionOf({ subject, findings }: Diagnosis): string {
  return [subject, ...findings.flatMap(linesOf)].join('\n')
}

function linesOf({ state, found, meaning, mend = [] }: Finding): string[] {
  return [
    `  ${SIGNS[state]} ${found}`,
    ...(meaning === undefined ? [] : [`    ${meaning}`]),
    ...mend.map((line) => `    → ${line}`),
  ]
}
