import { z } from 'zod';

/** One frame of a recorded session; a file has one of them a line, in the order in which they were sent and arrived. */
const lineSchema = z.object({
  /** Since the socket was open. */
  atMs: z.number(),
  from: z.enum(['client', 'server']),
  event: z.looseObject({ type: z.string() }),
});
export type RecordedLine = z.infer<typeof lineSchema>;

export const formatRecording = (lines: readonly RecordedLine[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** Throws an Error that names the line which is none. */
export function parseRecording(text: string): RecordedLine[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new Error('The file is empty: nothing was recorded.');
  return lines.map((line, index) => {
    try {
      return lineSchema.parse(JSON.parse(line));
    } catch (cause) {
      throw new Error(`Line ${index + 1} is no line of a recording.`, { cause });
    }
  });
}

const idPattern = /^(sess|session|item|resp|event|evt|conv|call|part|msg|rs|fc)_[A-Za-z0-9_-]+$/;
const accountPattern = /\b(?:org|proj|user|sk|ek)[-_][A-Za-z0-9_-]{6,}/g;
const audioTypes = ['response.output_audio.delta', 'input_audio_buffer.append'];

/**
 * Takes out what belongs to an account or to one moment: the key, names of organisations and projects, sound; ids become
 * numbers in the order of their first appearance. What has another value keeps its type.
 */
export function makeCleaner(secrets: readonly string[]): (event: RecordedLine['event']) => RecordedLine['event'] {
  const ids = new Map<string, string>();
  const idOf = (id: string, kind: string): string => {
    const known = ids.get(id);
    if (known !== undefined) return known;
    const made = `${kind}_${[...ids.values()].filter((one) => one.startsWith(`${kind}_`)).length + 1}`;
    ids.set(id, made);
    return made;
  };

  function clean(value: unknown): unknown {
    if (typeof value === 'string') return cleanText(value);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [key, key === 'expires_at' && field !== null ? 0 : clean(field)]),
    );
  }
  function cleanText(text: string): string {
    const kind = idPattern.exec(text)?.[1];
    if (kind !== undefined) return idOf(text, kind);
    const open = secrets.reduce((rest, secret) => rest.replaceAll(secret, '<secret>'), text);
    return open.replace(accountPattern, '<account>');
  }
  return (event) => {
    const { type } = event;
    const silent = audioTypes.includes(type)
      ? { ...event, delta: '', ...('audio' in event ? { audio: '' } : {}) }
      : event;
    return { ...Object.fromEntries(Object.entries(silent).map(([key, value]) => [key, clean(value)])), type };
  };
}
