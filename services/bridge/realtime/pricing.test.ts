import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { priceUsage } from './pricing.ts';
import type { ResponseUsage } from './types.ts';

const none: ResponseUsage = {
  responseId: 'resp_1',
  model: 'gpt-realtime-2.1-mini',
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  inputTextTokens: 0,
  inputAudioTokens: 0,
  inputImageTokens: 0,
  cachedTextTokens: 0,
  cachedAudioTokens: 0,
  cachedImageTokens: 0,
  outputTextTokens: 0,
  outputAudioTokens: 0,
};

test('cached tokens are a part of the input and cost the cached price', () => {
  const usage = {
    ...none,
    model: 'gpt-realtime-2.1',
    inputTokens: 1_000,
    inputTextTokens: 1_000,
    cachedTokens: 400,
    cachedTextTokens: 400,
    outputTokens: 100,
    outputTextTokens: 100,
  };
  // 600 × 4.00 + 400 × 0.40 + 100 × 24.00
  expect(priceUsage(usage)).toBe(4_960);
});

test('a model that the table does not know has no price, also one named like a property of an object', () => {
  expect(priceUsage({ ...none, model: 'gpt-unheard-of', inputTokens: 5 })).toBeNull();
  expect(priceUsage({ ...none, model: 'constructor', inputTokens: 5 })).toBeNull();
});

test('a modality without a price makes the whole price unknown, not wrong', () => {
  expect(priceUsage({ ...none, model: 'gpt-realtime', inputTokens: 10, inputAudioTokens: 10 })).toBeNull();
});

test('totals without a split count as text', () => {
  const split = { ...none, inputTokens: 900, inputTextTokens: 900, outputTokens: 90, outputTextTokens: 90 };
  expect(priceUsage({ ...none, inputTokens: 900, outputTokens: 90 })).toBe(priceUsage(split));
});

test('a price is a whole number of micro-dollars, never negative', () => {
  const tokens = fc.nat(1_000_000);
  fc.assert(
    fc.property(tokens, tokens, tokens, (inputTokens, cachedTokens, outputTokens) => {
      const cost = priceUsage({ ...none, inputTokens, cachedTokens, outputTokens });
      expect(cost).not.toBeNull();
      expect(Number.isInteger(cost)).toBe(true);
      expect(cost).toBeGreaterThanOrEqual(0);
    }),
  );
});
