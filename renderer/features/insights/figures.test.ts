import { describe, expect, it } from 'vitest';
import { latencyBoundsMs } from '../../../shared/domain/latency.ts';
import { sampleInsights } from '../../testing/insightsStates.ts';
import { csvOf } from './csv.ts';
import { buildsByDay, callsByDay, costByDay, totalOf } from './series.ts';
import { awayText, changeOf, dayText, percentOf, pointsOf, sourceText, successOf, withinText } from './words.ts';

describe('the parts of the charts', () => {
  it('have every day of the range, and sum up to the totals', () => {
    const { totals } = sampleInsights;
    for (const [figures, total] of [
      [costByDay(sampleInsights), totals.costMicroUsd],
      [callsByDay(sampleInsights), totals.calls],
      [buildsByDay(sampleInsights), totals.builds],
    ] as const) {
      expect(figures.days).toHaveLength(30);
      expect([figures.days[0], figures.days.at(-1)]).toEqual([sampleInsights.from, sampleInsights.to]);
      expect(totalOf(figures.series.flatMap(({ values }) => values))).toBe(total);
    }
  });

  it('show the dearest models first, and many as one part without losing any of it', () => {
    const usage = Array.from({ length: 7 }, (_, index) => ({
      ...(sampleInsights.usage[0] ?? expect.fail()),
      model: `model-${index}`,
      costMicroUsd: 100 + index,
    }));
    const { series } = costByDay({ ...sampleInsights, usage });
    expect(series.map(({ name }) => name)).toEqual(['model-6', 'model-5', 'model-4', '4 other models']);
    expect(totalOf(series.flatMap(({ values }) => values))).toBe(721);
  });
});

describe('the words', () => {
  it.each([
    [120, 100, '+20 %', 'up'],
    [80, 100, '−20 %', 'down'],
    [5, 5, 'no change', 'same'],
    [5, 0, 'none before', 'up'],
    [0, 0, 'no change', 'same'],
    [1_001, 1_000, '+<1 %', 'up'],
  ])('%d after %d is %s', (now, before, text, direction) => {
    expect(changeOf(now, before)).toEqual({ text, direction });
  });

  it('a rate is 100 % only where nothing failed, and has none where nothing ended by itself', () => {
    expect(percentOf(successOf({ succeeded: 99_999, failed: 1 }))).toBe('99.9 %');
    expect(percentOf(successOf({ succeeded: 3, failed: 0 }))).toBe('100 %');
    expect(percentOf(successOf({ succeeded: 0, failed: 0 }))).toBe('–');
    expect(pointsOf(92.8, 90.4).text).toBe('+2.4 points');
    expect(pointsOf(null, 90).direction).toBe('same');
  });

  it.each([
    [null, '–'],
    [50, '≤ 50 ms'],
    [1_500, '≤ 1.5 s'],
    [60_000, '≤ 1 m 00 s'],
    // The bucket that ends there, and the open one above it.
    [120_000, '> 1 m 00 s'],
  ])('a percentile with the bound %s is %s', (boundMs, text) => {
    expect(withinText(boundMs)).toBe(text);
  });

  it('the times of the samples are bounds, as those of every source', () => {
    for (const { medianMs, p95Ms } of sampleInsights.functions) {
      expect(latencyBoundsMs).toContain(medianMs);
      expect(latencyBoundsMs).toContain(p95Ms);
    }
  });

  it('a day is a UTC day, whatever the zone of this machine', () => {
    expect(dayText('2026-11-23')).toBe('Mon 23 Nov');
  });

  it('the source says how far it is behind, and what it does not have yet', () => {
    const behind = { kind: 'replica', lagMs: 3_200, queuedEvents: 12, waitingDays: 1, analyticsAway: null } as const;
    expect(sourceText(behind)).toBe(
      'From the replica, 3.2 s behind · 12 events of this machine not sent yet · 1 earlier day to be counted again.',
    );
    expect(sourceText({ kind: 'journal', why: 'no_database', detail: '' })).toContain('this machine alone');
  });

  it('what did not answer is told with what is shown instead', () => {
    const fine = { kind: 'analytics', lagMs: 12, queuedEvents: 0, waitingDays: 0, analyticsAway: null } as const;
    expect(sourceText(fine)).toBe('From the analytics API, up to date.');
    expect(awayText(fine)).toBeNull();
    const instead = { ...fine, kind: 'replica', analyticsAway: 'The analytics API refuses the token.' } as const;
    expect(sourceText(instead)).toBe('From the replica, up to date · the analytics API did not answer.');
    expect(awayText(instead)).toContain('refuses the token. The figures below are read from the database instead.');
    const alone = { kind: 'journal', why: 'analytics_away', detail: 'The analytics API does not answer.' } as const;
    expect(sourceText(alone)).toContain('this machine alone: the analytics API');
    expect(awayText(alone)).toContain('does not answer. What was done on this machine is below');
    expect(awayText({ kind: 'journal', why: 'chosen', detail: '' })).toBeNull();
  });
});

describe('the copy', () => {
  it('has every figure once, in five columns', () => {
    const lines = csvOf(sampleInsights).trimEnd().split('\r\n');
    expect(lines[0]).toBe('table,day,name,measure,value');
    expect(lines).toContain('calls,2026-11-23,,succeeded,92');
    expect(lines).toContain('functions,,renderUnityPreview,medianBoundMs,750');
    expect(lines).toContain('errors,,webgl,build_failed,7');
    expect(lines.every((line) => line.split(',').length === 5)).toBe(true);
  });

  it('a name is never a formula, and never breaks a line', () => {
    const functions = [{ ...(sampleInsights.functions[0] ?? expect.fail()), name: '=HYPERLINK("x")\n,' }];
    const csv = csvOf({ ...sampleInsights, functions });
    expect(csv).toContain(`functions,,"'=HYPERLINK(""x"")\n,",succeeded,702`);
  });
});
