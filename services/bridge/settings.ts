import {
  conversationSettingsPatchSchema,
  conversationSettingsSchema,
  type ConversationSettings,
  type ConversationSettingsPatch,
} from '../../shared/contracts/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import type { Push } from './functions/index.ts';
import type { JournalTables } from './journal/index.ts';

/**
 * What the developer set. Only what was set is kept, so that a later SPARK's defaults hold for the rest. A kept value
 * that does not fit (edited by hand, or of another version) counts as never set, with a line in the log; the others hold.
 */
export interface Settings {
  /** As it is now; ask again for each turn rather than keep it. */
  readonly conversation: () => ConversationSettings;
  /** Keeps the given fields and tells every window. */
  readonly update: (patch: ConversationSettingsPatch) => ConversationSettings;
}

const name = 'conversation';
export const defaultSettings: ConversationSettings = conversationSettingsSchema.parse({});

type Fields = Readonly<Record<string, unknown>>;

export function makeSettings(options: {
  readonly journal: Pick<JournalTables, 'settings'>;
  readonly push: Push;
  readonly logger: Logger;
}): Settings {
  const { journal, push, logger } = options;
  let kept: Fields = readKept();
  let current = conversationSettingsSchema.parse(kept);

  function readKept(): Fields {
    let value: unknown;
    try {
      value = journal.settings.get(name) ?? {};
    } catch (error) {
      logger.warn({ err: error, name }, 'the settings in the journal are not readable; the defaults hold');
      return {};
    }
    const { fitting, dropped } = keepFitting(isFields(value) ? value : {});
    if (dropped.length > 0 || !isFields(value)) {
      logger.warn({ name, dropped }, 'settings in the journal do not fit; their defaults hold');
    }
    return fitting;
  }

  return {
    conversation: () => current,
    update(patch) {
      const { prices, ...rest } = patch;
      const merged = mergeFields(kept, rest);
      const next = prices === undefined ? merged : { ...merged, prices: withPrices(merged['prices'], prices) };
      current = conversationSettingsSchema.parse(next);
      kept = next;
      journal.settings.set(name, kept);
      push({ name: 'settings.changed', payload: { settings: current } });
      return current;
    },
  };
}

/** Without the fields that do not fit, or that nothing knows: each level is tried by itself. */
function keepFitting(value: Fields): { readonly fitting: Fields; readonly dropped: readonly string[] } {
  const dropped: string[] = [];
  let fitting = value;
  // Each round takes away one field at least, so this ends.
  for (;;) {
    const parsed = conversationSettingsPatchSchema.safeParse(fitting);
    if (parsed.success) return { fitting: parsed.data, dropped };
    const [issue] = parsed.error.issues;
    const path = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];
    dropped.push(`${path.join('.')}: ${issue?.message ?? ''}`);
    fitting = without(fitting, path.map(String));
  }
}

/** The field at the path is left out; where it is not there (a part is missing), what should hold it. */
function without(value: Fields, path: readonly string[]): Fields {
  const [head = '', ...rest] = path;
  const inner = value[head];
  const others = Object.fromEntries(Object.entries(value).filter(([key]) => key !== head));
  if (rest.length === 0 || !isFields(inner) || !Object.hasOwn(inner, rest[0] ?? '')) return others;
  return { ...others, [head]: without(inner, rest) };
}

function mergeFields(base: Fields, patch: Fields): Fields {
  const changed = Object.entries(patch).filter(([, value]) => value !== undefined);
  const merged = changed.map(([key, value]) => {
    const before = base[key];
    return [key, isFields(value) ? mergeFields(isFields(before) ? before : {}, value) : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
}

const withPrices = (base: unknown, patch: Fields): Fields =>
  Object.fromEntries(
    Object.entries({ ...(isFields(base) ? base : {}), ...patch }).filter(([, price]) => price !== null),
  );

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
