import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

/** How a fuse is written in the binary: the characters 0 and 1. */
const [off, on] = [0x30, 0x31];

type FuseName = keyof typeof FuseV1Options;
export type Fuses = Readonly<Partial<Record<FuseName, boolean>>>;

/** What a configuration of electron-builder says under `electronFuses`. Throws when it says nothing, or names an unknown one. */
export function wantedFuses(configuration: string): Fuses {
  const [, block = ''] = /^electronFuses:\n((?: .*\n)+)/m.exec(configuration) ?? [];
  const entries = [...block.matchAll(/^ +(\w+): (true|false)$/gm)].map(([, name = '', value]) => {
    const fuse = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    if (!(fuse in FuseV1Options)) throw new Error(`electronFuses names ${name}, which no Electron has.`);
    return [fuse, value === 'true'] as const;
  });
  if (entries.length === 0) throw new Error('The configuration sets no fuses (electronFuses).');
  return Object.fromEntries(entries);
}

/** The fuses as they are in a packed binary, read from its bytes; one that this Electron does not have yet is left out. */
export async function readFuses(executable: string): Promise<Fuses> {
  const wire = await getCurrentFuseWire(executable);
  const entries = Object.entries(wire).flatMap(([position, state]) => {
    const name = FuseV1Options[Number(position)];
    const isKnown = Number(state) === on || Number(state) === off;
    return name === undefined || !isKnown ? [] : [[name, Number(state) === on] as const];
  });
  return Object.fromEntries(entries);
}

/** One line per fuse that is not as it was wanted. */
export function differingFuses(wanted: Fuses, found: Fuses): string[] {
  const names = Object.keys(wanted) as FuseName[];
  return names
    .filter((name) => wanted[name] !== found[name])
    .map((name) => `fuse ${name} is ${String(found[name] ?? 'not in this binary')}, wanted ${String(wanted[name])}`);
}
