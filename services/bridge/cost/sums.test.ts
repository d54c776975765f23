import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { conversationSettingsSchema, type TokenSum, type UsageSum } from '../../../shared/contracts/index.ts';
import type { Journal } from '../journal/index.ts';
import type { ResponseUsage } from '../realtime/types.ts';
import { addSession, makeTestFolder, openTestJournal } from '../testing/testJournal.ts';
import { makeCost } from './cost.ts';

/** Prices in micro-dollars per million tokens, so that the oracle below counts in integers and shares no code. */
const perMillion: Readonly<Record<string, readonly number[]>> = {
  'gpt-realtime-2.1': [4_000_000, 400_000, 24_000_000, 32_000_000, 400_000, 64_000_000, 5_000_000, 500_000],
  'gpt-realtime-2.1-mini': [600_000, 60_000, 2_400_000, 10_000_000, 300_000, 20_000_000, 800_000, 80_000],
  // The developer's own; no audio, no image.
  'my-model': [333_333, 77_777, 1_000_001],
};
const models = [...Object.keys(perMillion), 'gpt-realtime-2.1-mini-2026-09-01', 'gpt-unheard-of'];
const sessions = ['01a20000-0000-7000-8000-00000000000a', '01a20000-0000-7000-8000-00000000000b'] as const;
const projects = ['Alpha', 'Beta'] as const;
const days = ['2026-11-22', '2026-11-23'] as const;

const tokens = fc.nat(3_000_000);
const counted = fc.record({
  /** Few ids, so that some are reported twice. */
  id: fc.integer({ min: 1, max: 12 }),
  session: fc.nat(1),
  day: fc.nat(1),
  turn: fc.nat(2),
  model: fc.constantFrom(...models),
  text: tokens,
  audio: fc.oneof(fc.constant(0), tokens),
  image: fc.oneof(fc.constant(0), tokens),
  cachedPart: fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100)),
  textOut: tokens,
  audioOut: fc.oneof(fc.constant(0), tokens),
  /** Asked for by a call, as the code model's answers are. */
  byCall: fc.boolean(),
  isSplit: fc.boolean(),
});
type Counted = ReturnType<typeof toReport>;

/** A report whose parts add up. Without a split there are totals only, and they are text. */
function toReport(given: typeof counted extends fc.Arbitrary<infer T> ? T : never) {
  const isSplit = given.isSplit || given.byCall;
  const input = { text: given.text, audio: isSplit ? given.audio : 0, image: isSplit ? given.image : 0 };
  const [a, b, c] = given.cachedPart;
  const cut = (whole: number, percent: number): number => Math.floor((whole * percent) / 100);
  const cached = { text: cut(input.text, a), audio: cut(input.audio, b), image: cut(input.image, c) };
  const output = { text: given.textOut, audio: isSplit ? given.audioOut : 0 };
  return { ...given, isSplit, input, cached, output };
}

function toUsage({ id, model, input, cached, output, isSplit }: Counted): ResponseUsage {
  const of = (value: number): number => (isSplit ? value : 0);
  return {
    responseId: `resp_${id}`,
    model,
    inputTokens: input.text + input.audio + input.image,
    cachedTokens: cached.text + cached.audio + cached.image,
    outputTokens: output.text + output.audio,
    inputTextTokens: of(input.text),
    inputAudioTokens: input.audio,
    inputImageTokens: input.image,
    cachedTextTokens: of(cached.text),
    cachedAudioTokens: cached.audio,
    cachedImageTokens: cached.image,
    outputTextTokens: of(output.text),
    outputAudioTokens: output.audio,
  };
}

/** The oracle: tokens times price, rounded half up once; null where a price is missing for what was used. */
function priceOf({ model, input, cached, output }: Counted): number | null {
  const price = perMillion[model];
  if (price === undefined) return null;
  const used = [
    input.text - cached.text,
    cached.text,
    output.text,
    input.audio - cached.audio,
    cached.audio,
    output.audio,
    input.image - cached.image,
    cached.image,
  ];
  if (used.some((count, index) => count > 0 && price[index] === undefined)) return null;
  const exact = used.reduce((sum, count, index) => sum + BigInt(count) * BigInt(price[index] ?? 0), 0n);
  return Number((exact * 2n + 1_000_000n) / 2_000_000n);
}

function sumOf(reports: readonly Counted[]): UsageSum {
  const add = (part: (one: Counted) => number): number => reports.reduce((sum, one) => sum + part(one), 0);
  const prices = reports.map(priceOf).filter((price) => price !== null);
  const sum: TokenSum = {
    input: { text: add((r) => r.input.text), audio: add((r) => r.input.audio), image: add((r) => r.input.image) },
    cached: { text: add((r) => r.cached.text), audio: add((r) => r.cached.audio), image: add((r) => r.cached.image) },
    output: { text: add((r) => r.output.text), audio: add((r) => r.output.audio) },
  };
  const known = prices.reduce((total, price) => total + price, 0);
  return {
    responses: reports.length,
    costMicroUsd: reports.length > 0 && prices.length === 0 ? null : known,
    unpricedResponses: reports.length - prices.length,
    tokens: sum,
  };
}

function setUp(journal: Journal): void {
  for (const [index, session] of sessions.entries()) {
    addSession(journal, session);
    journal.sessions.setProject(session, { name: projects[index] ?? '', hash: `hash-${index}` });
    for (const turn of [0, 1, 2]) {
      const message = {
        sessionId: session,
        messageId: `m${turn}`,
        role: 'user',
        text: 'x',
        status: 'complete',
      } as const;
      journal.messages.insert(message);
      const call = { callId: `c${turn}`, name: 'generateUnityScript', argumentsJson: '{}' };
      journal.calls.insert({ ...call, sessionId: session, origin: 'model', effect: 'write' });
    }
  }
}

it('turn, session, day, project, model and call are what was reported, to the micro-dollar', () => {
  const reports = fc.array(counted.map(toReport), { maxLength: 40 });
  fc.assert(
    fc.property(reports, (given) => {
      const folder = makeTestFolder();
      let day: string = days[0];
      const journal = openTestJournal(folder.dir, () => Date.parse(`${day}T12:00:00.000Z`));
      const settings = conversationSettingsSchema.parse({
        prices: { 'my-model': { textIn: 0.333333, textCached: 0.077777, textOut: 1.000001 } },
      });
      const clock = (): number => Date.parse(`${day}T12:00:00.000Z`);
      const cost = makeCost({ journal, settings: () => settings, push: () => undefined, clock });
      try {
        setUp(journal);
        const known = new Map<string, Counted>();
        for (const report of given) {
          day = days[report.day] ?? days[0];
          const sessionId = sessions[report.session] ?? sessions[0];
          cost.keep(
            sessionId,
            toUsage(report),
            report.byCall
              ? { provider: 'anthropic', callId: `c${report.turn}` }
              : { provider: 'openai', messageId: `m${report.turn}` },
          );
          const key = `${report.session} ${report.id}`;
          if (!known.has(key)) known.set(key, report);
        }
        const all = [...known.values()];
        for (const today of days) {
          day = today;
          for (const [index, sessionId] of sessions.entries()) {
            const own = all.filter(({ session }) => session === index);
            const view = cost.view(sessionId);
            expect(view.session).toEqual(sumOf(own));
            expect(view.turn).toEqual({ messageId: 'm2', ...sumOf(own.filter(({ turn }) => turn === 2)) });
            const ofDay = all.filter((report) => days[report.day] === today);
            expect(view.day).toEqual({ date: today, ...sumOf(ofDay) });
            expect(view.project).toEqual({ name: projects[index], ...sumOf(own) });
            for (const { provider, model, ...sum } of view.byModel) {
              const isOf = (one: Counted): boolean => one.model === model && one.byCall === (provider === 'anthropic');
              expect(sum).toEqual(sumOf(own.filter(isOf)));
            }
            expect(view.byModel.reduce((sum, { responses }) => sum + responses, 0)).toBe(own.length);
            for (const { callId, ...sum } of view.calls) {
              expect(sum).toEqual(sumOf(own.filter(({ byCall, turn }) => byCall && `c${turn}` === callId)));
            }
            const called = new Set(own.filter(({ byCall }) => byCall).map(({ turn }) => turn));
            expect(view.calls).toHaveLength(called.size);
          }
        }
      } finally {
        cost.close();
        journal.close();
        folder.remove();
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);
