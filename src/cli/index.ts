#!/usr/bin/env node
import { Command } from 'commander'
import type { MockberthError } from '../errors.ts'
import { printable } from './printable.ts'
import type { RecordFlags } from './record.ts'
import type { ServeFlags } from './serve.ts'

const DECLARATION = 'the file that declares the mock APIs; mockberth.config.ts, where none is named'

const program = new Command('mockberth')
  .description(
    'Mock APIs on real 127.0.0.1 ports: runs commands with them, and looks after recordings.',
  )
  .showHelpAfterError()
  .enablePositionalOptions()
  // 1 is what a command found.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))

program
  .command('check')
  .description('Look for credentials in recordings. Exits with 1 where there is one.')
  .argument('<file...>', 'HAR files: .har, .har.gz, .zip')
  .option('-k, --keep <names>', 'names that hold no credential, with commas between them', '')
  .action(async (files: string[], { keep }: { keep: string }) => {
    const { check } = await import('./check.ts')
    process.exitCode = await check(files, keep.split(',').filter(Boolean))
  })

program
  .command('doctor')
  .description(
    'Say why a port of this machine does not answer. Exits with 1 where there is a problem.',
  )
  .argument(
    '[what...]',
    'ports (3000), URLs (http://localhost:3000), or files that have some (.env)',
  )
  .option('--json', 'say it in JSON')
  .addHelpText(
    'after',
    `
It looks who listens, on which addresses, and what they speak; what localhost is, whether loopback works,
and whether a proxy stands between. Of a file (.env, JSON, YAML, TOML) it looks at each port of this machine.
Without anything named, it looks at the machine. It changes nothing, and ends nothing.`,
  )
  .action(async (what: string[], options: { json?: boolean }) => {
    const { doctor } = await import('./doctor.ts')
    process.exitCode = await doctor(what, options)
  })

program
  .command('hub')
  .description('Run one app for many tests, each with its own mocks.')
  .argument('[declaration]', DECLARATION)
  .usage('[declaration] -- <command...>')
  .allowExcessArguments()
  .addHelpText(
    'after',
    `
The command is the one that starts the app, and runs as long as that does. It gets the URLs of the
mock APIs in its environment. What it asks of them goes to the test on whose behalf it asks; what
belongs to no test, such as requests at its start, the declaration answers.

In playwright.config.ts:
  webServer: { command: 'npx mockberth hub fixtures/mocks.ts -- node server.js', … }

When the command ends, so does the hub, with its exit code; when the hub ends, so does the command.`,
  )
  .action(withCommand(async (before, command) => (await import('./hub.ts')).hub(before, command)))

program
  .command('merge')
  .description('Put together what the shards of a job recorded.')
  .argument(
    '[path...]',
    'recordings, or folders that have some; the working directory, where none is named',
  )
  .addHelpText(
    'after',
    `
Shards record with MOCKBERTH_MERGE=later in their environment. Each then leaves what it recorded in files
beside the recordings, which end in .part; with those of all shards in one place, this merges them as if
one run had recorded it all, and removes them.`,
  )
  .action(async (paths: string[]) => {
    const { merge } = await import('./merge.ts')
    process.exitCode = await merge(paths)
  })

program
  .command('prune')
  .description('Run a command, and take out of the recordings what it did not ask for.')
  .argument(
    '[file...]',
    'the recordings to prune; all that the command replays, where none is named',
  )
  .usage('[file...] -- <command...>')
  .addHelpText(
    'after',
    '\nThe command is the whole of your tests, in mode replay: mockberth prune -- npx vitest run\nWhere it fails, nothing is pruned.',
  )
  .action(
    withCommand(async (before, command) => (await import('./prune.ts')).prune(before, command)),
  )

program
  .command('record')
  .description('Record what an API says to a command, or to whoever asks until Ctrl-C.')
  .argument('<url>', 'the API: https://api.github.com')
  .requiredOption('-o, --output <file>', 'the HAR file to record into; what it has of others stays')
  .option('--env <names>', 'variables that get the URL, with commas between them', 'API_URL')
  .usage('<url> -o <file> [options] [-- <command...>]')
  .allowExcessArguments()
  .addHelpText(
    'after',
    `
  mockberth record https://api.github.com -o github.har --env GITHUB_API_URL -- node app.js

The command asks a server of this machine, which asks the API. Credentials are taken out before
anything is written.`,
  )
  .action(
    withCommand(async (before, command, flags: RecordFlags) => {
      const { record } = await import('./record.ts')
      return record(before, flags, command)
    }),
  )

program
  .command('replay')
  .description('Serve a HAR on free local ports, that of a failed test or any other, until Ctrl-C.')
  .argument('<file>', 'a HAR file: .har, .har.gz, .zip')
  .action(async (file: string) => {
    const { replay } = await import('./replay.ts')
    process.exitCode = await replay(file)
  })

program
  .command('run')
  .description(
    'Run a command with the mock APIs, in any language: their URLs are in its environment.',
  )
  .argument('[declaration]', DECLARATION)
  .usage('[declaration] -- <command...>')
  .allowExcessArguments()
  .addHelpText(
    'after',
    `
  mockberth run fixtures/mocks.ts -- python manage.py test

The mocks are one set, for all that the command does: tests that it runs at once see each other's
traffic. Each run has ports of its own, so that any number of them may run at once.

It ends as the command does, with its exit code. Requests that nothing answered are told at the end.`,
  )
  .action(withCommand(async (before, command) => (await import('./run.ts')).run(before, command)))

program
  .command('serve')
  .description('Serve the mock APIs while you develop, and say what they are asked, until Ctrl-C.')
  .argument('[declaration]', DECLARATION)
  .option(
    '--write-env <file>',
    'keep the URLs in this file, too, for what reads files: .env.mockberth',
  )
  .option(
    '--host <address>',
    'the address at which other machines reach them; none, where it is not named',
  )
  .option('--json', 'say it in JSON, an object in each line')
  .addHelpText(
    'after',
    `
When the declaration, what it imports or a recording changes, it is loaded again, and the ports stay.
A declaration with a mistake changes nothing but what is said.`,
  )
  .action(async (declaration: string | undefined, flags: ServeFlags) => {
    const { serve } = await import('./serve.ts')
    process.exitCode = await serve(declaration, flags)
  })

/**
 * What runs another command, which stands behind `--`. Commander takes away what says where that begins.
 *
 * @param act given the arguments before it, the command, and its own options; returns the exit code
 */
function withCommand<Flags>(
  act: (before: readonly string[], command: readonly string[], flags: Flags) => Promise<number>,
): (argument: unknown, flags: Flags, ours: Command) => Promise<void> {
  return async (_argument, flags, { args }) => {
    const dashes = process.argv.indexOf('--')
    const command = dashes < 0 ? [] : process.argv.slice(dashes + 1)
    process.exitCode = await act(args.slice(0, args.length - command.length), command, flags)
  }
}

try {
  await program.parseAsync()
} catch (error) {
  if (!isOurs(error)) throw error
  console.error(printable(`mockberth: ${error.message}${linesOf(error)}`))
  process.exitCode = 2
}
// What a declaration has begun, such as a timer, keeps nothing alive that is done.
if (['hub', 'run', 'serve'].includes(program.args[0]!)) process.exit()

/** A declaration may have been made by another copy of this package. */
function isOurs(error: unknown): error is MockberthError {
  return error instanceof Error && error.name === 'MockberthError'
}

/** Where in a declaration that cannot be loaded it went wrong. */
function linesOf({ code, message, stack = '' }: MockberthError): string {
  return code === 'DECLARATION_FAILED' ? stack.slice(stack.indexOf(message) + message.length) : ''
}
