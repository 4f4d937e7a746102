#!/usr/bin/env node
import { Command } from 'commander'
import { MockberthError } from '../errors.ts'
import { printable } from './printable.ts'

const program = new Command('mockberth')
  .description('Mock APIs on real 127.0.0.1 ports: looks after recordings, and serves them.')
  .showHelpAfterError()
  .enablePositionalOptions()

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
  .action(async (_files: string[], _options: object, { args }: Command) => {
    const { prune } = await import('./prune.ts')
    const { files, command } = splitAtDashes(args, process.argv)
    process.exitCode = await prune(files, command)
  })

program
  .command('replay')
  .description('Serve a HAR on free local ports, that of a failed test or any other, until Ctrl-C.')
  .argument('<file>', 'a HAR file: .har, .har.gz, .zip')
  .action(async (file: string) => {
    const { replay } = await import('./replay.ts')
    process.exitCode = await replay(file)
  })

/** Commander takes the `--` away that says where the command begins. */
function splitAtDashes(
  args: readonly string[],
  argv: readonly string[],
): { files: readonly string[]; command: readonly string[] } {
  const dashes = argv.indexOf('--')
  const command = dashes < 0 ? [] : argv.slice(dashes + 1)
  return { files: args.slice(0, args.length - command.length), command }
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof MockberthError)) throw error
  console.error(printable(`mockberth: ${error.message}`))
  process.exitCode = 2
}
