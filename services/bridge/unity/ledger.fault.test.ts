import { describe, expect, it } from 'vitest';
import { runWriteChaos } from './testing/faults/chaos.ts';
import { checkLedger } from './testing/faults/ledger.ts';

/** Short forms; the long ones are `npm run test:ledger` and `npm run chaos:unity`. */
describe('writes to a Unity that fails', () => {
  it('end once or not at all, as the ledger says, in any interleaving of faults', async () => {
    const report = await checkLedger({ runs: 12, limitMs: 20_000 });
    expect(report.failure, `seed ${report.seed}`).toBeNull();
    expect(report.runs).toBeGreaterThan(0);
  });

  it('are all there, once and in order, when each tenth meets a fault', async () => {
    const report = await runWriteChaos({ writes: 60, seed: 1 });
    expect(report).toMatchObject({ ok: true, wrongFiles: [], doubled: 0, lost: 0, writes: 60 });
    expect(Object.values(report.faults).reduce((sum, count) => sum + count, 0)).toBe(6);
  });
});
