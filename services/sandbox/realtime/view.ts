import type { Item } from './conversation.ts';
import { toBase64 } from './sound/pcm.ts';
import type { Sounds } from './sound/sounds.ts';

/**
 * The conversation as the model takes it in: speech is what was heard of it, not what a client or a transcription says
 * it was; of its own answer that was cut off it knows the part that was played.
 */
export function asHeard(items: readonly Item[], sounds: Sounds): Item[] {
  return items.map((item) => {
    if (item.type !== 'message') return item;
    if (item.role === 'user') {
      const content = item.content.map((part) =>
        part.type === 'input_audio' ? { type: 'input_text' as const, text: sounds.heard(item.id) ?? '' } : part,
      );
      return { ...item, content };
    }
    if (item.role === 'assistant') {
      const content = item.content.map((part) =>
        part.type === 'output_audio'
          ? { type: 'output_text' as const, text: part.transcript ?? sounds.heard(item.id) ?? '' }
          : part,
      );
      return { ...item, content };
    }
    return item;
  });
}

/** How long the user spoke last without being understood; null when that was understood, or was no speech. */
export function unheardSeconds(items: readonly Item[], sounds: Sounds): number | null {
  const last = items.findLast((item) => item.type === 'message' && item.role === 'user');
  if (last === undefined || sounds.of(last.id) === null || sounds.heard(last.id) !== null) return null;
  return sounds.durationMs(last.id) / 1_000;
}

/** With the audio itself, as `conversation.item.retrieve` brings it. */
export function withAudio(item: Item, sounds: Sounds): Item {
  const pcm = sounds.of(item.id);
  if (pcm === null || item.type !== 'message') return item;
  const audio = toBase64(pcm);
  if (item.role === 'user') {
    return { ...item, content: item.content.map((part) => (part.type === 'input_audio' ? { ...part, audio } : part)) };
  }
  if (item.role === 'assistant') {
    return { ...item, content: item.content.map((part) => (part.type === 'output_audio' ? { ...part, audio } : part)) };
  }
  return item;
}
