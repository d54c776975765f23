/**
 * Which mark each of `count` lines belongs to: the newest one that was taken before the line appeared. `places` are the
 * marks in the order of time, each as the number of lines that were there, or null where that is not known any more. The
 * lines between two places are nobody's while a mark was taken in between whose place is not known: they may be that
 * one's. Pure.
 */
export function ownersOf(count: number, places: readonly (number | null)[]): (number | null)[] {
  const owners = Array.from<number | null>({ length: count }).fill(null);
  let [owner, from]: [number | null, number] = [null, 0];
  const give = (to: number): void => {
    if (owner !== null) owners.fill(owner, from, to);
  };
  for (const [index, place] of places.entries()) {
    if (place === null) {
      // Whatever follows the last known place may belong to this one.
      owner = null;
      continue;
    }
    // A place before the last one: the console was cleared in between, and what was found then is chance.
    if (place < from) owners.fill(null, place);
    else give(place);
    [owner, from] = [index, place];
  }
  give(count);
  return owners;
}
