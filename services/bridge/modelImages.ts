import type { JournalTables } from './journal/index.ts';
import type { ModelImage } from './realtime/types.ts';
import type { shrinkPng } from './shrinkPng.ts';

/** What the model looks at: enough to read a scene by, a tenth of the tokens of a full screen. */
const longestEdge = 1_024;

/** A frame of the journal, scaled for the model; null when its bytes are not kept any more. */
export async function frameForModel(
  journal: JournalTables,
  frameId: string,
  shrink: typeof shrinkPng,
): Promise<ModelImage | null> {
  const frame = journal.frames.get(frameId);
  const bytes = frame === null ? null : journal.frames.bytes(frame.sha256);
  if (frame === null || bytes === null) return null;
  const scaled = frame.mimeType === 'image/png' ? await shrink(bytes, longestEdge) : bytes;
  return { mimeType: frame.mimeType, bytes: scaled };
}
