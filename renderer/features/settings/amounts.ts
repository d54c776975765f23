/** What was typed into a field, or why it is no such value. */
export type Parsed<T> = { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'bad'; readonly why: string };

const ok = <T>(value: T): Parsed<T> => ({ kind: 'ok', value });
const bad = (why: string): Parsed<never> => ({ kind: 'bad', why });
const maxDollars = 1_000_000;

/** Dollars as a person writes them, `$` and a decimal comma allowed, as whole micro-dollars; empty is no limit (null). */
export function parseBudget(text: string): Parsed<number | null> {
  const trimmed = text.trim().replace(/^\$\s*/, '');
  if (trimmed === '') return ok(null);
  const digits = /^(\d{0,9})(?:[.,](\d{0,6}))?$/.exec(trimmed);
  if (digits === null || trimmed === '.' || trimmed === ',') {
    return bad('Dollars, such as 0.50, or nothing for no limit.');
  }
  const [, whole = '', part = ''] = digits;
  const microUsd = Number(whole === '' ? '0' : whole) * 1_000_000 + Number(part.padEnd(6, '0'));
  if (microUsd === 0) return bad('More than nothing, or leave it empty for no limit.');
  return microUsd > maxDollars * 1_000_000 ? bad('At most $1,000,000.') : ok(microUsd);
}

/** Micro-dollars as they are typed again: all their digits, two at least. */
export function budgetText(microUsd: number | null): string {
  if (microUsd === null) return '';
  const [whole, part = ''] = (microUsd / 1_000_000).toFixed(6).split('.');
  return `${whole}.${part.replace(/0{1,4}$/, '')}`;
}

/** A whole number of a range. */
export function parseCount(text: string, min: number, max: number): Parsed<number> {
  const value = /^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? ok(value) : bad(`A whole number from ${min} to ${max}.`);
}

/** Dollars per million tokens; empty is no price (undefined). */
export function parsePrice(text: string): Parsed<number | undefined> {
  const trimmed = text
    .trim()
    .replace(/^\$\s*/, '')
    .replace(',', '.');
  if (trimmed === '') return ok(undefined);
  if (!/^(\d{1,6}(\.\d{0,6})?|\.\d{1,6})$/.test(trimmed)) return bad('Dollars per million tokens, such as 0.60.');
  return ok(Number(trimmed));
}
