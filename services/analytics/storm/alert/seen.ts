/** Which ids came before, of the newest `limit` at least. */
export function makeSeen(limit: number): { readonly isNew: (id: string) => boolean } {
  let newer = new Set<string>();
  let older = new Set<string>();
  return {
    isNew(id) {
      if (newer.has(id) || older.has(id)) return false;
      if (newer.size >= limit) {
        older = newer;
        newer = new Set();
      }
      newer.add(id);
      return true;
    },
  };
}
