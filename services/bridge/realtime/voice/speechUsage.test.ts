import { expect, it } from 'vitest';
import type { TranscriptionUsage } from '../protocol/index.ts';
import { priceUsage } from '../pricing.ts';
import type { ResponseUsage } from '../types.ts';
import { transcriptionModel } from './audio.ts';
import { makeSpeech } from './speech.ts';

/** What is reported of an utterance whose words came with this usage. */
function reportedOf(usage: TranscriptionUsage | null): { messageId: string; usage: ResponseUsage }[] {
  const reported: { messageId: string; usage: ResponseUsage }[] = [];
  const nothing = (): void => undefined;
  const speech = makeSpeech({
    sessionId: 's',
    host: {
      onSpeech: nothing,
      onSpeechDone: nothing,
      onTextDelta: nothing,
      onUsage: ({ messageId, usage: used }) => void reported.push({ messageId, usage: used }),
    },
    send: () => true,
    onMessage: nothing,
  });
  speech.accept({
    type: 'conversation.item.input_audio_transcription.completed',
    item_id: 'item_1',
    content_index: 0,
    transcript: 'make it jump',
    usage,
  });
  return reported;
}

it('what writing down an utterance used is reported for its own turn', () => {
  const usage = {
    type: 'tokens',
    input_tokens: 31,
    output_tokens: 4,
    input_token_details: { audio_tokens: 30, text_tokens: 1 },
  } as const;
  expect(reportedOf(usage)).toMatchObject([
    {
      messageId: 'item_1',
      usage: {
        responseId: 'transcription_item_1',
        model: transcriptionModel,
        inputAudioTokens: 30,
        inputTextTokens: 1,
        outputTextTokens: 4,
      },
    },
  ]);
  expect(reportedOf(null)).toEqual([]);
});

it('what is billed by time has no price, whatever the table says of its tokens', () => {
  const [report] = reportedOf({ type: 'duration', seconds: 12 });
  expect(report?.usage).toMatchObject({ inputTokens: 0, offList: true });
  const free = { textIn: 0, textCached: 0, textOut: 0 };
  expect(report && priceUsage(report.usage, { [transcriptionModel]: free })).toBeNull();
});
