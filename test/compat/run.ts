// The packed package in strangers' projects: beside the oldest and the newest of what it claims to
// work with. `npm run test:compat -- vitest@5` runs the cells that have this in them.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cells, type Cell } from './cells.ts'
import { checkProject, installMessages, type Finding } from './checks.ts'
import { install, installedVersion, pack } from './installation.ts'

const PACKAGES = ['msw', 'vitest', 'node', 'typescript']

const wanted = process.argv.slice(2)
const chosen = cells.filter((cell) => wanted.every((text) => describeCell(cell).includes(text)))
const base = mkdtempSync(join(tmpdir(), 'mockberth-compat-'))
let passed = 0
let failed = chosen.length === 0 ? 1 : 0

try {
  const tarball = pack(base)
  for (const [index, cell] of chosen.entries()) runCell(cell, tarball, join(base, String(index)))
} finally {
  rmSync(base, { recursive: true, force: true })
}
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function runCell(cell: Cell, tarball: string, folder: string): void {
  const start = performance.now()
  const installed = install(cell, tarball, folder)
  const findings = [installMessages(installed)]
  if (installed.status === 0) findings.push(...checkProject(folder))
  const title = installed.status === 0 ? describeInstalled(folder) : describeCell(cell)
  const ok = sum(findings, 'passed')
  const bad = sum(findings, 'failed')
  const seconds = Math.round((performance.now() - start) / 1000)
  console.log(`${title}  ${ok} passed, ${bad} failed  ${seconds} s`)
  for (const finding of findings) if (finding.failed > 0) show(finding)
  passed += ok
  failed += bad
}

function show({ name, output }: Finding): void {
  console.log(`\n  ${name}\n`)
  console.log(output.trim().replaceAll(/^/gm, '    '), '\n')
}

function describeCell(cell: Cell): string {
  return Object.entries(cell)
    .map((entry) => entry.join('@'))
    .join(' ')
}

function describeInstalled(folder: string): string {
  return PACKAGES.map((name) => `${name}@${installedVersion(folder, name)}`.padEnd(17)).join('')
}

function sum(findings: readonly Finding[], key: 'passed' | 'failed'): number {
  return findings.reduce((total, finding) => total + finding[key], 0)
}
