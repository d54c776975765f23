const most = 12;

/** What was chosen last is first; each once. */
export const withRecent = (recent: readonly string[], id: string): readonly string[] =>
  [id, ...recent.filter((other) => other !== id)].slice(0, most);

/** The entries that were chosen before, the newest first. */
export const recentOf = <T extends { readonly id: string }>(
  entries: readonly T[],
  recent: readonly string[],
): readonly T[] => recent.flatMap((id) => entries.find((entry) => entry.id === id) ?? []);
