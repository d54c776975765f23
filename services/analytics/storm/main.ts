import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { ValidationError } from '../../../shared/errors/index.ts';
import { configExitCode } from '../../../shared/node/config/index.ts';
import { rulesFile } from './rules/file.ts';
import { readRules } from './rules/readRules.ts';

const program = new Command('analytics:storm')
  .description("SPARK's alerts on Apache Storm. Rules are YAML; the topology is Flux with spout and bolts in Node.")
  .showHelpAfterError();

program
  .command('check')
  .description('read a rule file and tell every mistake at once; exit code 78 when there is one')
  .argument('[file]', 'rules; those that come with SPARK when not given', rulesFile)
  .action((file: string) => {
    process.exitCode = check(file);
  });

function check(file: string): number {
  try {
    const rules = readRules(readFileSync(file, 'utf8'), file);
    for (const { id, kind, severity } of rules) console.log(`${id}  ${kind}  ${severity}`);
    return 0;
  } catch (error) {
    const isAway = error instanceof Error && 'syscall' in error;
    if (!(error instanceof ValidationError) && !isAway) throw error;
    console.error(error.message);
    return configExitCode;
  }
}

program.parse();
