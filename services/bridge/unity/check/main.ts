import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { v7 } from 'uuid';
import { loadConfig, readEnvironment } from '../../../../shared/node/config/index.ts';
import { runProgram } from '../../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { makeUnityAdapter } from '../index.ts';
import { makeMemoryStore } from './memoryStore.ts';
import { renderReport } from './report.ts';
import { runCheck } from './run.ts';

/** `npm run unity:check`: SPARK against a live Unity Editor, in a folder of its own; exit code 1 when a step failed. */
const command = new Command('unity-check')
  .description(
    'Checks that SPARK and a running Unity Editor understand each other: writes, reads, patches, compiles and renders in ' +
      'Assets/SparkCheck, removes it again, and writes a report. UNITY_MCP_URL and UNITY_MCP_TOKEN say where the server is.',
  )
  .option('--instance <name>', 'editor to use when several are open: Name@hash, hash or project name')
  .option('--report <file>', 'where the report goes', '.spark/reports/unity-check.md')
  .parse();
const { instance, report: reportFile } = command.opts<{ instance?: string; report: string }>();

await runProgram({
  logger: makeLogger({ name: 'unity-check', level: 'error' }),
  deadlineMs: 60_000,
  async run(lifecycle) {
    const config = loadConfig(readEnvironment(), ['UNITY_MCP_URL', 'UNITY_MCP_TOKEN']);
    const url = config.UNITY_MCP_URL ?? 'http://localhost:8080/mcp';
    const unity = makeUnityAdapter({
      url,
      token: config.UNITY_MCP_TOKEN,
      instance,
      ledger: makeMemoryStore(),
      logger: makeLogger({ name: 'unity-check', level: 'error' }),
    });
    lifecycle.own('unity', unity.close);
    const report = await runCheck({
      unity,
      context: { sessionId: v7(), callId: null, signal: lifecycle.signal },
      onStep: ({ ok, name, ms, detail }) => console.log(`${ok ? '✓' : '✗'} ${name} (${ms} ms): ${detail}`),
    });
    const file = resolve(reportFile);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, renderReport(report, { url, at: new Date() }));
    console.log(`\nThe report: ${file}`);
    if (!report.ok) process.exitCode = 1;
  },
});
