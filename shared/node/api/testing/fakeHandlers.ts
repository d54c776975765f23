import { routeTable, type ApiHandlers } from '../../../contracts/index.ts';
import { AppError } from '../../../errors/index.ts';

/** Handlers for tests of transports: the given ones, and for every other route one that answers `not_found`. */
export function fakeHandlers(handlers: Partial<ApiHandlers>): ApiHandlers {
  const missing = [...routeTable.keys()].map((name) => [
    name,
    () => Promise.reject(new AppError('not_found', `This test has no ${name}.`)),
  ]);
  return { ...(Object.fromEntries(missing) as ApiHandlers), ...handlers };
}
