/**
 * Whether a cloned value is larger than `limit`, in bytes as far as they matter: what a text, a key or a buffer holds, and
 * a little for everything else. Looks at no more than the limit, whatever was sent: no recursion, no copy.
 */
export function isLargerThan(value: unknown, limit: number): boolean {
  const seen = new Set<object>();
  const open: unknown[] = [value];
  let size = 0;
  while (open.length > 0) {
    const next = open.pop();
    size += ownSize(next);
    if (size > limit) return true;
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    size += pushParts(next, open, limit - size);
    if (size > limit) return true;
  }
  return false;
}

const smallest = 8;

function ownSize(value: unknown): number {
  if (typeof value === 'string') return smallest + value.length;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return smallest + value.byteLength;
  return smallest;
}

/** What is inside goes onto the stack, as far as there is room; returns the size of keys and of what did not fit. */
function pushParts(value: object, open: unknown[], room: number): number {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return 0;
  if (value instanceof Map) {
    if (value.size * smallest > room) return room + 1;
    for (const [key, inner] of value) open.push(key, inner);
    return 0;
  }
  if (value instanceof Set || Array.isArray(value)) {
    const count = value instanceof Set ? value.size : value.length;
    if (count * smallest > room) return room + 1;
    for (const inner of value) open.push(inner);
    return 0;
  }
  let keys = 0;
  for (const [key, inner] of Object.entries(value)) {
    keys += key.length;
    open.push(inner);
  }
  return keys;
}
