import { isResponseEvent, parseServerFrame, responseIdOf, textOfItem, type ServerEvent } from '../protocol/index.ts';
import { trackResponse, type ResponseTracker } from '../response.ts';

/**
 * What the engine does not understand of frames that a service sent, each finding once: events of an unknown type, known
 * ones that it takes for malformed, and responses that it does not follow to their end, or whose words it misses.
 */
export async function judgeServerFrames(frames: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  const trackers = new Map<string, ResponseTracker>();
  const heard = new Map<string, string>();
  const ended = new Set<string>();
  const done: Extract<ServerEvent, { type: 'response.done' }>[] = [];

  const track = (id: string): ResponseTracker =>
    trackResponse({
      sessionId: id,
      messageId: id,
      eventId: id,
      model: 'recorded',
      ended,
      host: {
        onAssistantStarted: () => undefined,
        onTextDelta: ({ delta }) => void heard.set(id, (heard.get(id) ?? '') + delta),
        onAssistantDone: () => undefined,
        onAudio: () => undefined,
        onUsage: () => undefined,
      },
    });

  for (const text of frames) {
    const frame = parseServerFrame(text);
    if (frame.kind === 'unknown') found.add(`the engine does not know the type ${frame.type}`);
    if (frame.kind === 'malformed') found.add(`the engine takes an event for malformed: ${frame.detail}`);
    if (frame.kind !== 'event' || !isResponseEvent(frame.event)) continue;
    const id = responseIdOf(frame.event);
    const tracker = trackers.get(id) ?? track(id);
    trackers.set(id, tracker);
    tracker.accept(frame.event);
    if (frame.event.type === 'response.done') done.push(frame.event);
  }

  for (const { response } of done) {
    const outcome = await trackers.get(response.id)?.outcome;
    if (outcome?.kind !== 'done') continue;
    const calls = response.output.filter((item) => item.type === 'function_call').length;
    if (outcome.calls.length !== calls) found.add(`the engine saw ${outcome.calls.length} of ${calls} calls`);
    const said = response.output.map((item) => (item.type === 'message' ? textOfItem(item) : '')).join('');
    if ((heard.get(response.id) ?? '') !== said) found.add('the engine did not read a response word for word');
  }
  if (done.length !== trackers.size) found.add(`${trackers.size - done.length} responses never ended`);
  return [...found];
}
