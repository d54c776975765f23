import { changesIn } from '../changes/index.ts';
import { fileMeant, type Intent } from '../steps.ts';

/** "make it faster", "add double jump", "rename speed to moveSpeed", "fix the errors". */
export const change: Intent = (wish) => {
  const path = fileMeant(wish);
  if (path === null) return [];
  const changes = changesIn(wish.text);
  if (changes.length > 0) return [{ kind: 'change', path, changes }];
  return /\b(fix|mend|repair)\b/i.test(wish.text) ? [{ kind: 'mend', path }] : [];
};
