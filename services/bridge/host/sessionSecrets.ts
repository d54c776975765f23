import type { SecretStore } from './types.ts';

/** For hosts without a place for secrets: they are known until the program ends, and written nowhere. */
export function makeSessionSecrets(): SecretStore {
  const values = new Map<string, string>();
  return {
    kind: 'session',
    get: (name) => values.get(name),
    async set(name, value) {
      if (value === null) values.delete(name);
      else values.set(name, value);
    },
    async clear() {
      values.clear();
    },
  };
}
