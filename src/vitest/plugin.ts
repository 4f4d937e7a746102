import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vitest/config'
import type { TestProject, Vitest } from 'vitest/node'
import { describeError, MockberthError } from '../errors.ts'
import { declarationOf } from '../mocks/declaration.ts'
import { DECLARATION_KEY } from './declaration-key.ts'

const SETUP_FILE = fileURLToPath(new URL('./setup.js', import.meta.url))

/**
 * Boots the declared mocks in each Vitest worker, before any setup file or test file of yours is
 * evaluated: their URLs are in `process.env` and `import.meta.env` even for code that reads them at
 * import. Before each test, overrides and journal are reset; a test that makes a request which
 * nothing answers fails.
 *
 * @param declaration path of the file whose default export is a declaration, relative to the
 * project's root
 * @throws when Vitest starts: `DECLARATION_MISSING`, `DECLARATION_FAILED`, `DECLARATION_INVALID`,
 * `BROWSER_MODE_UNSUPPORTED`
 */
export function mockberth(declaration: string): Plugin {
  if (typeof declaration !== 'string' || declaration === '') {
    throw new MockberthError(
      'INVALID_OPTION',
      `mockberth(): declaration got ${JSON.stringify(declaration) ?? String(declaration)}; it takes the path of a declaration: mockberth('./fixtures/mocks.ts').`,
    )
  }
  return {
    name: 'mockberth',
    // Vitest would hand the setup file to Node as it is, and Node would load a second copy of the
    // declaration, without the project's aliases and transforms.
    config: () =>
      ({
        test: { server: { deps: { inline: [/\/mockberth\/dist\/vitest\/setup\.js/] } } },
      }) as object,
    async configureVitest({ project, vitest }: { project: TestProject; vitest: Vitest }) {
      const file = resolve(project.config.root, declaration)
      if (project.config.browser.enabled) throw browserModeUnsupported(project)
      await checkDeclaration(project, file)
      project.config.setupFiles.unshift(SETUP_FILE)
      // In parallel, the setup files of others would read env before the mocks are up.
      project.config.sequence.setupFiles = 'list'
      project.provide(DECLARATION_KEY as never, file as never)
      vitest.config.forceRerunTriggers.push(file)
    },
  } as Plugin
}

/** Loads the declaration once before any worker does, so that one mistake is reported once. */
async function checkDeclaration(project: TestProject, file: string): Promise<void> {
  if (!existsSync(file)) {
    throw new MockberthError(
      'DECLARATION_MISSING',
      `there is no file ${file}. mockberth() in the Vitest config takes the path of a declaration, relative to ${project.config.root}.`,
    )
  }
  let module: { default?: unknown }
  try {
    module = await project.import(file)
  } catch (error) {
    throw new MockberthError(
      'DECLARATION_FAILED',
      `the declaration ${file} could not be loaded: ${describeError(error)}`,
      { cause: error },
    )
  }
  declarationOf(module, file)
}

function browserModeUnsupported(project: TestProject): MockberthError {
  const name = project.name === '' ? 'This project' : `The project ${project.name}`
  return new MockberthError(
    'BROWSER_MODE_UNSUPPORTED',
    `${name} runs its tests in a browser, where no server can listen. Use mockberth in projects that run in Node, and leave its plugin out of browser projects.`,
  )
}
