import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/index.ts';
import type { DemoClient } from './apiClient.ts';
import { eventually, known, type Step } from './step.ts';
import type { Evidence, ProjectDir, Story } from './types.ts';

const seedRequest = 'Create a player controller';
const seedScript = 'Assets/Scripts/PlayerController.cs';

/**
 * A script that is there already with the same text is no change and asks nobody. The stand-in's project gives up what
 * an earlier play made; a real project keeps all it has, and the play's script gets a name of its own.
 */
const requestFor = (projectDir: ProjectDir): string =>
  projectDir === null ? `${seedRequest} called SparkCheck${new Date().toISOString().replace(/\D/g, '')}` : seedRequest;

interface Options {
  readonly client: DemoClient;
  readonly evidence: Evidence;
  readonly projectDir: ProjectDir;
  readonly story: Story;
}

/** Steps 1 to 3 of the seed: what the developer types, the function that the model calls, what Unity writes. */
export function requestSteps(options: Options): Step[] {
  const { client, evidence, story } = options;
  const { sessionId, messageId } = story;

  return [
    {
      id: 'user_input',
      name: '1 user input',
      limitMs: 10_000,
      advice: 'look at the web host’s log: the journal did not keep the message',
      play: async () => {
        if (options.projectDir !== null) await rm(join(options.projectDir, seedScript), { force: true });
        await client.request('chat.send', { sessionId, messageId, text: requestFor(options.projectDir) });
        const { messages } = await client.request('session.open', { sessionId });
        const kept = messages.find((message) => message.messageId === messageId);
        if (kept === undefined) throw new AppError('not_found', 'the journal does not have the message');
        return `journal: "${kept.text}", message ${messageId}`;
      },
    },
    {
      id: 'function_call',
      name: '2 function call',
      limitMs: 60_000,
      advice:
        'check OPENAI_REALTIME_API_KEY and SPARK_REALTIME_URL, and that Unity answers at UNITY_MCP_URL: health.get says which is away',
      play: async (signal) => {
        const waiting = await eventually(
          'a call that waits for approval',
          () => callWaiting(client, sessionId),
          signal,
        );
        if (waiting instanceof AppError) throw waiting;
        const approval = waiting.approval?.kind === 'write' ? waiting.approval : null;
        if (waiting.name !== 'generateUnityScript' || approval === null) {
          throw new AppError(
            'internal',
            `the model called ${waiting.name}, not generateUnityScript with a file to approve`,
          );
        }
        story.call = waiting;
        await client.request('approval.decide', {
          sessionId,
          callId: waiting.callId,
          decision: { kind: 'approve' },
        });
        return `${waiting.name}(${approval.path}) +${approval.addedLines} −${approval.removedLines}, call ${waiting.callId}, approved`;
      },
    },
    {
      id: 'unity_mcp',
      name: '3 Unity MCP',
      limitMs: 120_000,
      advice: 'check that the Unity Editor is open, its MCP server runs at UNITY_MCP_URL and UNITY_MCP_TOKEN is right',
      play: async (signal) => {
        const done = await eventually('the end of the call', () => callEnded(client, story), signal);
        if (done.state !== 'succeeded' || done.changeId === null) {
          throw new AppError('unity_failed', done.error?.message ?? `the call ended as ${done.state}`);
        }
        story.call = done;
        const { changes } = await client.request('session.open', { sessionId });
        const change = changes.find((candidate) => candidate.changeId === done.changeId);
        if (change === undefined) throw new AppError('not_found', 'the journal has no change for the call');
        story.change = change;
        return await fileEvidence(options.projectDir, change.path, change.sha256After);
      },
    },
    {
      id: 'persistence',
      name: '4 persistence',
      limitMs: 15_000,
      advice: 'check SLATE_DB_HOST, that the schema is current (spark-db status) and that the role may insert',
      play: async (signal) => {
        const { changeId, path, sha256After } = known(story.change, 'a change');
        const row = await eventually(
          'the row in spark_generated_scripts',
          () => evidence.script(sessionId, changeId),
          signal,
        );
        if (row.path !== path || row.sha256 !== sha256After)
          throw new AppError('db_rejected', 'the row holds another path or sha256 than the file');
        const { callId } = known(story.call, 'a call');
        const call = await eventually(
          'the row in spark_function_calls',
          () => evidence.call(sessionId, callId),
          signal,
        );
        return `primary: spark_generated_scripts ${changeId}, ${row.path}; spark_function_calls ${call.name} ${call.state}`;
      },
    },
  ];
}

/** The call that asks; an AppError when there will be none, so that nobody waits for it. */
async function callWaiting(client: DemoClient, sessionId: string) {
  const { calls, messages } = await client.request('session.open', { sessionId });
  const notice = messages.find((message) => message.role === 'notice' && message.error !== null);
  if (notice !== undefined) return new AppError('realtime_unavailable', notice.text);
  const failed = calls.find((call) => call.state === 'failed');
  if (failed?.error?.code === 'unauthorized') return new AppError('unauthorized', failed.error.message);
  if (failed !== undefined) throw new AppError('unity_failed', failed.error?.message ?? `${failed.name} failed`);
  const waiting = calls.find((call) => call.state === 'awaiting_approval');
  if (waiting === undefined && calls.some((call) => call.state === 'succeeded'))
    return new AppError('internal', 'the call ended without asking for approval');
  return waiting;
}

async function callEnded(client: DemoClient, story: Story) {
  const { calls } = await client.request('session.open', { sessionId: story.sessionId });
  const call = calls.find((candidate) => candidate.callId === story.call?.callId);
  return call !== undefined && ['succeeded', 'failed', 'denied', 'cancelled', 'unsettled'].includes(call.state)
    ? call
    : null;
}

/** The file as it is on disk; on another machine than Unity's, what Unity itself answered. */
async function fileEvidence(projectDir: ProjectDir, path: string, sha256: string | null): Promise<string> {
  if (projectDir === null)
    return `${path}, sha256 ${sha256 ?? 'unknown'} as Unity answered; it stays in the project until you delete it`;
  const text = (await readFile(join(projectDir, path), 'utf8')).replace(/^\uFEFF/, '');
  const onDisk = createHash('sha256').update(text).digest('hex');
  if (onDisk !== sha256)
    throw new AppError('unity_failed', `the file on disk has sha256 ${onDisk}, the change says ${sha256 ?? 'nothing'}`);
  return `on disk: ${path}, ${text.split('\n').length - 1} lines, sha256 ${onDisk}`;
}
