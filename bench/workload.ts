import { createHash, randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { subjectOf, type AnyEventBody, type EventBody, type EventOf } from '../shared/contracts/index.ts';

/* Events as the app makes them, in sizes and numbers as in a session of the demo. */

export interface Message {
  readonly subject: string;
  readonly id: string;
  readonly bytes: Uint8Array;
}

export const callBody = (n: number): EventBody<'function_call'> => ({
  type: 'function_call',
  callId: `call_${n}_${randomUUID().slice(0, 8)}`,
  name: 'generateUnityScript',
  effect: 'write',
  state: 'received',
  argumentsJson: '{"path":"Assets/Scripts/PlayerController.cs","description":"Moves a character with the keyboard"}',
});

/** A function call's event as the bridge writes it directly. */
export const callEvent = (
  sessionId: string,
  seq: number,
  side: string,
): EventOf<'function_call'> & { callId: string } => ({
  ...callBody(seq),
  callId: `call_${side}_${seq}`,
  ...envelope(sessionId, seq),
});

const envelope = (sessionId: string, seq: number) => ({
  eventId: uuidv7(),
  sessionId,
  seq,
  timestamp: new Date().toISOString(),
  schemaVersion: 1,
  source: { app: 'spark-desktop', version: '0.1.0', host: 'workstation' },
  userId: 'developer@example.com',
});

function toMessage(body: AnyEventBody, sessionId: string, seq: number): Message {
  const { eventId, ...rest } = envelope(sessionId, seq);
  const event = { ...body, eventId, ...rest };
  return { subject: subjectOf(event), id: eventId, bytes: Buffer.from(JSON.stringify(event)) };
}

/** `count` telemetry events with a type that no table is kept for: rows of `spark_events` alone. */
export function eventsOnly(count: number): Message[] {
  const sessions = Array.from({ length: 50 }, () => randomUUID());
  return Array.from({ length: count }, (_, n) => {
    const sessionId = sessions[n % sessions.length] ?? '';
    const { eventId, ...rest } = envelope(sessionId, n);
    const event = {
      type: 'runtime.unity.asset_ingested',
      path: `Assets/Models/Tree${n % 500}.fbx`,
      guid: createHash('md5')
        .update(String(n % 500))
        .digest('hex'),
      assetType: 'UnityEngine.GameObject',
      name: `Tree${n % 500}`,
      eventId,
      ...rest,
    };
    return { subject: subjectOf(event), id: eventId, bytes: Buffer.from(JSON.stringify(event)) };
  });
}

/** `count` scripts of about `sizeBytes` each as an event: rows of two tables, one with the text again as a column. */
export function scriptsOf(count: number, sizeBytes: number): Message[] {
  const sessions = Array.from({ length: 50 }, () => randomUUID());
  return Array.from({ length: count }, (_, n) => {
    const id = uuidv7();
    const text = scriptText(sizeBytes - 620);
    const body: EventBody<'runtime.unity.script_generated'> = {
      type: 'runtime.unity.script_generated',
      callId: `call_${id}`,
      changeId: id,
      scriptName: 'PlayerController',
      path: 'Assets/Scripts/PlayerController.cs',
      sha256: sha256(text),
      sizeBytes: text.length,
      contents: text,
    };
    return toMessage(body, sessions[n % sessions.length] ?? '', n);
  });
}

/** Code with names of its own in every line, so that it compresses as code does and not as one repeated line. */
function scriptText(length: number): string {
  const lines: string[] = [];
  for (let size = 0; size < length;) {
    const name = randomUUID().slice(0, 13).replace('-', '_');
    const line = `    private float speed_${name} = ${(Math.random() * 100).toFixed(2)}f;`;
    lines.push(line);
    // With its end of line, which JSON writes as two characters.
    size += line.length + 2;
  }
  return lines.join('\n').slice(0, Math.max(0, length));
}

/**
 * `count` events of many sessions at once. One session's turn is one request that writes a script, previews it and, in
 * every fourth turn, builds: `turnMix` states the shares.
 */
export function appMix(count: number): Message[] {
  const messages: Message[] = [];
  const sessions = Array.from({ length: 50 }, () => ({ id: randomUUID(), seq: 0, turn: 0 }));
  for (let n = 0; messages.length < count; n += 1) {
    const session = sessions[n % sessions.length];
    if (session === undefined) break;
    for (const body of turnOf(session.turn)) {
      messages.push(toMessage(body, session.id, session.seq));
      session.seq += 1;
    }
    session.turn += 1;
  }
  return messages.slice(0, count);
}

/** The same events with other message ids: a stream drops repeats. Their rows are the same. */
export const repeated = (messages: readonly Message[], round: string): Message[] =>
  messages.map((message) => ({ ...message, id: `${message.id}-${round}` }));

/** The share of each type among messages, as words: `function_call 52 %, …`. */
export function describeMix(messages: readonly Message[]): string {
  const counts = Map.groupBy(messages, ({ subject }) => subject.slice('spark.'.length, subject.lastIndexOf('.')));
  const shares = [...counts].map(([type, group]) => ({ type, share: (100 * group.length) / messages.length }));
  return shares
    .sort((a, b) => b.share - a.share)
    .map(({ type, share }) => `${type} ${share.toFixed(0)} %`)
    .join(', ');
}

const contents = `using UnityEngine;\n\npublic class PlayerController : MonoBehaviour\n{\n${'    // moves the character along the ground and lets it jump\n'.repeat(30)}}\n`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function turnOf(turn: number): AnyEventBody[] {
  const callId = `call_${randomUUID().slice(0, 12)}`;
  const previewCall = `call_${randomUUID().slice(0, 12)}`;
  const changeId = uuidv7();
  const call = (id: string, name: string, effect: 'read' | 'write' | 'build'): AnyEventBody[] => {
    const base = { type: 'function_call', callId: id, name, effect } as const;
    const states =
      effect === 'read' ? (['received', 'running'] as const) : (['received', 'awaiting_approval', 'running'] as const);
    return [
      ...states.map((state): AnyEventBody => ({
        ...base,
        state,
        ...(state === 'received' ? { argumentsJson: '{"path":"Assets/Scripts/PlayerController.cs"}' } : {}),
      })),
      {
        ...base,
        state: 'succeeded',
        resultSummary: 'Assets/Scripts/PlayerController.cs, compiled without errors',
        durationMs: 840,
      },
    ];
  };
  const usage = (): AnyEventBody => ({
    type: 'usage',
    responseId: `resp_${randomUUID().slice(0, 12)}`,
    provider: 'openai',
    model: 'gpt-realtime-2.1-mini',
    inputTokens: 2_400,
    cachedTokens: 1_900,
    outputTokens: 310,
    costMicroUsd: 1_210,
  });
  const frameSha = sha256(changeId);
  return [
    ...(turn === 0
      ? [
          {
            type: 'session',
            action: 'started',
            title: 'Player',
            model: 'gpt-realtime-2.1-mini',
            simulated: false,
          } satisfies AnyEventBody,
        ]
      : []),
    usage(),
    ...call(callId, 'generateUnityScript', 'write'),
    {
      type: turn === 0 ? 'runtime.unity.script_generated' : 'runtime.unity.patch_applied',
      callId,
      changeId,
      scriptName: 'PlayerController',
      path: 'Assets/Scripts/PlayerController.cs',
      sha256: sha256(`${contents}${turn}`),
      sizeBytes: contents.length,
      lines: 35,
      compileStatus: 'ok',
      compileErrors: 0,
      contents,
    },
    usage(),
    ...call(previewCall, 'renderUnityPreview', 'read'),
    {
      type: 'preview.unity.frame',
      frameId: uuidv7(),
      changeId,
      sha256: frameSha,
      mimeType: 'image/png',
      width: 960,
      height: 540,
      sizeBytes: 84_000,
      captureSource: 'game_view',
      blank: false,
    },
    ...(turn % 4 === 3 ? buildEvents() : []),
    { type: 'telemetry', name: 'turn_ms', value: 2_300, unit: 'ms' },
  ];
}

function buildEvents(): AnyEventBody[] {
  const base = { buildId: uuidv7(), target: 'linux64', jobId: randomUUID().slice(0, 8) };
  return [
    { type: 'build.unity.started', ...base, development: false },
    ...Array.from({ length: 5 }, (_, n): AnyEventBody => ({
      type: 'build.unity.progress',
      ...base,
      phase: 'building',
      elapsedMs: n * 1_000,
    })),
    {
      type: 'build.unity.completed',
      ...base,
      durationMs: 5_200,
      sizeBytes: 48_000_000,
      warnings: 0,
      errors: 0,
      outputPath: 'Builds/linux64/Game.x86_64',
    },
  ];
}
