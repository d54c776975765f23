import type { Step, Wish } from '../steps.ts';
import { build } from './build.ts';
import { change } from './change.ts';
import { create } from './create.ts';
import { editor, look, search } from './look.ts';
import { preview } from './preview.ts';
import { attach, scene } from './scene.ts';

/** Everything a request asks for, in the order in which it is done: write, look, preview, build. */
export function stepsOf(wish: Wish): readonly Step[] {
  const placed = attach(wish);
  if (placed.length > 0) return placed;
  const asked = scene(wish);
  if (asked.length > 0) return asked;
  const created = create(wish);
  const written = created.length > 0 ? created : change(wish);
  const seen = [...preview(wish), ...build(wish)];
  if (written.length + seen.length > 0) return [...written, ...seen];
  return reads(wish);
}

/** Reads that one request asks for, "show the console and find all prefabs": they can go side by side. */
function reads(wish: Wish): readonly Step[] {
  const first = (text: string): readonly Step[] =>
    [look, editor, search].map((intent) => intent({ ...wish, text })).find((steps) => steps.length > 0) ?? [];
  const clauses = wish.text.split(/[,;]|\b(?:and|then)\b/i).map(first);
  return clauses.filter((steps) => steps.length > 0).length > 1 ? clauses.flat() : first(wish.text);
}
