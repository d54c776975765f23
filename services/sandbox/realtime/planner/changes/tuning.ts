import type { Change, ChangeReader } from './types.ts';

/** "make it faster", "jump higher", "set moveSpeed to 9". */
export const tuneNumber: ChangeReader = (request) => {
  const set = /\b(?:set|change|put)\s+(?:the\s+|its\s+)?`?([A-Za-z_][\w ]*?)`?\s+(?:to|=)\s*(-?\d+(?:\.\d+)?)/i.exec(
    request,
  );
  if (set?.[1] !== undefined && set[2] !== undefined) return setTo(identifierLike(set[1]), Number(set[2]));
  if (/\bjump\w*\b.*\bhigher\b|\bhigher\b.*\bjump/i.test(request)) return scale(/\bjump\w*/i, 1.5);
  if (/\bjump\w*\b.*\blower\b|\blower\b.*\bjump/i.test(request)) return scale(/\bjump\w*/i, 0.75);
  if (/\b(much|a lot|twice|double the)\b.*\b(fast|speed)/i.test(request)) return scale(/\w*speed/i, 2);
  if (/\b(faster|quicker|speed (it|him|her|them)? ?up)\b/i.test(request)) return scale(/\w*speed/i, 1.5);
  if (/\b(slower|slow (it|him|her|them)? ?down)\b/i.test(request)) return scale(/\w*speed/i, 0.7);
  return null;
};

const identifierLike = (words: string): RegExp => new RegExp(`\\b${words.trim().replaceAll(/\s+/g, '')}\\b`, 'i');

const field = /((?:float|int|double)\s+)(\w+)(\s*=\s*)(-?\d+(?:\.\d+)?)(f?)(\s*;)/g;

const scale = (name: RegExp, factor: number): Change => change(name, (value) => Math.round(value * factor * 100) / 100);
const setTo = (name: RegExp, value: number): Change => change(name, () => value);

const change = (name: RegExp, next: (value: number) => number): Change => {
  return (contents) => {
    const found = [...contents.matchAll(field)].find((match) => name.test(match[2] ?? ''));
    if (found === undefined) {
      const names = [...contents.matchAll(field)].map((match) => `\`${match[2] ?? ''}\``);
      const has = names.length === 0 ? 'it has no number field' : `it has ${names.join(', ')}`;
      return { problem: `I found no number field like that in this file; ${has}.` };
    }
    const [whole, type = '', identifier = '', equals = '', old = '', suffix = '', end = ''] = found;
    const value = next(Number(old));
    const written = type.startsWith('int') ? String(Math.round(value)) : String(value);
    const line = `${type}${identifier}${equals}${written}${suffix}${end}`;
    return {
      contents: contents.slice(0, found.index) + line + contents.slice(found.index + whole.length),
      did: `\`${identifier}\` is now **${written}** (was ${old})`,
    };
  };
};
