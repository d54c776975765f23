/** A string or number of an output as text; everything else is what `otherwise` says. */
export const textOf = (value: unknown, otherwise = ''): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : otherwise;
