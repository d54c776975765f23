import * as fc from 'fast-check';
import type { ResponsePlan } from '../realtime/fakeService.ts';

/** Any answer of a service, for property tests. */
export const responsePlan: fc.Arbitrary<ResponsePlan> = fc.record({
  calls: fc.uniqueArray(fc.constantFrom('call_a', 'call_b', 'call_c', 'call_d'), { maxLength: 3 }),
  messages: fc.nat(2),
  end: fc.constantFrom(
    'completed',
    'completed',
    'completed',
    'incomplete',
    'rate_limited',
    'server_error',
    'lost_before',
    'lost_within',
    'refused',
  ),
  order: fc.array(fc.nat(20), { minLength: 12, maxLength: 12 }),
  repeats: fc.boolean(),
});
