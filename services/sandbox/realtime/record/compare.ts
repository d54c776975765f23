import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { judgeServerFrames } from '../../../bridge/realtime/compare/index.ts';
import { call, say, startRealtimeSimulator, type Turn } from '../index.ts';
import { makeCleaner, type RecordedLine } from './recording.ts';
import { compareShapes } from './shapes.ts';

type Event = RecordedLine['event'];

/**
 * Plays the client's side of a recorded session to the stand-in, which gives the recorded answers, and the service's side
 * to the engine. Resolves with the differences, one sentence each; none means that nothing is known to differ.
 */
export async function compareRecording(
  lines: readonly RecordedLine[],
  options: { readonly patienceMs?: number } = {},
): Promise<string[]> {
  const service = lines.filter(({ from }) => from === 'server').map(({ event }) => event);
  const answered = await askStandIn(lines, options.patienceMs ?? 15_000);
  const findings = await judgeServerFrames(service.map((event) => JSON.stringify(event)));
  return [...compareShapes(service, answered), ...findings];
}

/** The stand-in's answers. A client's event is sent once as much was answered as the service had answered before it. */
async function askStandIn(lines: readonly RecordedLine[], patienceMs: number): Promise<Event[]> {
  const recorded = lines.filter(({ from }) => from === 'server').map(({ event }) => event);
  const model = modelOf(recorded);
  const standIn = await startRealtimeSimulator({ deltaMs: 0 });
  standIn.play(...recorded.flatMap(turnOf));
  const socket = new WebSocket(`${standIn.url}?model=${model}`, {
    headers: { Authorization: `Bearer ${standIn.key}` },
  });
  const clean = makeCleaner([standIn.key]);
  const answers: Event[] = [];
  let onAnswer = (): void => undefined;
  socket.on('message', (data) => {
    answers.push(clean(z.looseObject({ type: z.string() }).parse(JSON.parse((data as Buffer).toString('utf8')))));
    onAnswer();
  });
  const reached = (wanted: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      onAnswer = () => {
        if (answers.filter(isStep).length < wanted) return;
        clearTimeout(timer);
        resolve();
      };
      onAnswer();
    });
  try {
    await once(socket, 'open');
    let steps = 0;
    for (const { from, event } of lines) {
      if (from === 'server') steps += isStep(event) ? 1 : 0;
      else {
        await reached(steps);
        socket.send(JSON.stringify(event));
      }
    }
    await reached(steps);
    return answers;
  } finally {
    socket.terminate();
    await standIn.close();
  }
}

/** The client waited for these before it went on. */
const isStep = ({ type }: Event): boolean =>
  ['session.created', 'session.updated', 'response.done', 'error'].includes(type);

const sessionSchema = z.looseObject({ session: z.looseObject({ model: z.string() }) });

function modelOf(recorded: readonly Event[]): string {
  const created = sessionSchema.safeParse(recorded.find(({ type }) => type === 'session.created'));
  return created.success ? created.data.session.model : 'gpt-realtime-2.1-mini';
}

const doneSchema = z.looseObject({
  type: z.literal('response.done'),
  response: z.looseObject({
    output: z.array(
      z.union([
        z.looseObject({
          type: z.literal('message'),
          content: z.array(z.looseObject({ text: z.string().optional(), transcript: z.string().optional() })),
        }),
        z.looseObject({
          type: z.literal('function_call'),
          name: z.string(),
          arguments: z.string(),
          call_id: z.string(),
        }),
      ]),
    ),
  }),
});

/** The recorded answer as the stand-in is told to give it. */
function turnOf(event: Event): Turn[] {
  const done = doneSchema.safeParse(event);
  if (!done.success) return [];
  const turn = done.data.response.output.map((item) =>
    item.type === 'function_call'
      ? call(item.name, item.arguments, item.call_id)
      : say(item.content.map(({ text, transcript }) => text ?? transcript ?? '').join('')),
  );
  return [turn];
}
