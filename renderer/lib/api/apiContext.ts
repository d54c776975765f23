import { createContext, useContext, useSyncExternalStore } from 'react';
import type { ApiClient, ConnectionState } from '../../../shared/contracts/api/index.ts';
import { InvariantError } from '../../../shared/errors/index.ts';

export const ApiContext = createContext<ApiClient | null>(null);

/** The client that the composition root gave; which transport it uses cannot be told. */
function useApi(): ApiClient {
  const client = useContext(ApiContext);
  if (client === null) throw new InvariantError('No API client was provided.');
  return client;
}

export function useConnection(): ConnectionState {
  const { connection } = useApi();
  return useSyncExternalStore(
    (changed) => connection.subscribe(changed),
    () => connection.get(),
  );
}
