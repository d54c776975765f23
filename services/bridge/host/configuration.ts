import type { ConfigItem } from '../../../shared/contracts/index.ts';
import { ValidationError } from '../../../shared/errors/index.ts';
import {
  describeVariable,
  isSecret,
  isVariableName,
  problemOf,
  variables,
  type Environment,
  type EnvironmentLayers,
  type VariableName,
} from '../../../shared/node/config/index.ts';
import { isChangeable, sectionOf } from './sections.ts';
import type { SettingsFile } from './settingsFile.ts';
import type { SecretStore } from './types.ts';

/**
 * The program's variables from every source. The environment goes before `.env`, that before what was set in the window:
 * who runs SPARK for others decides, and the window says so. A running sandbox goes before all of them.
 */
export interface Configuration {
  /** As `loadConfig` takes it; `values` are tried over it (null: as if it was not set in the window). */
  readonly environment: (values?: Values) => Environment;
  readonly list: () => ConfigItem[];
  /** By variable; empty when all fit. */
  readonly problemsOf: (values: Values) => Record<string, string>;
  /** Keeps the values, all or none; returns what takes them back. Throws ValidationError. */
  readonly set: (values: Values) => Promise<() => Promise<void>>;
  readonly setOverlay: (env: Environment | null) => void;
  /** Every secret that is set, wherever it is from, so that none gets into a report. */
  readonly secrets: () => string[];
}

export type Values = Readonly<Record<string, string | null>>;
type Source = ConfigItem['source'];

export function makeConfiguration(options: {
  readonly layers: EnvironmentLayers;
  /** What this program reads. */
  readonly names: readonly VariableName[];
  readonly settings: SettingsFile;
  readonly secrets: SecretStore;
}): Configuration {
  const { layers, names, settings, secrets } = options;
  let overlay: Environment | null = null;

  const ownOf = (name: VariableName): string | undefined =>
    isSecret(name) ? secrets.get(name) : settings.get().values[name];
  /** An empty value counts as unset, so a weaker source may still say something. */
  function found(name: VariableName): { readonly source: Source; readonly value: string | null } {
    // What the sandbox leaves empty is off: nothing simulated goes to a real server.
    const simulated = overlay?.[name];
    if (simulated !== undefined) return { source: 'sandbox', value: simulated === '' ? null : simulated };
    const sources = [
      ['environment', layers.environment[name]],
      ['file', layers.file[name]],
      ['settings', ownOf(name)],
    ] as const;
    for (const [source, value] of sources) if (value !== undefined && value !== '') return { source, value };
    return { source: 'default', value: null };
  }
  function lockOf(name: VariableName, source: Source): string | null {
    if (source === 'sandbox') return 'The sandbox is on and sets it. Turn the sandbox off to use your own.';
    if (source === 'environment') return 'Set by the environment SPARK was started in; change it there.';
    if (source === 'file') return 'Set in the file .env of the folder SPARK was started in; change it there.';
    return isChangeable(name) ? null : 'Read only from the environment or .env, before SPARK opens its window.';
  }

  function problemsOf(values: Values): Record<string, string> {
    const problems: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      if (!isVariableName(name) || !names.includes(name)) problems[name] = 'is no variable of this program';
      else {
        const why = lockOf(name, found(name).source) ?? (value === null ? null : problemOf(name, value));
        if (why !== null) problems[name] = why;
      }
    }
    return problems;
  }

  async function keep(values: Values): Promise<void> {
    const plain: Record<string, string> = { ...settings.get().values };
    for (const [name, value] of Object.entries(values)) {
      if (!isVariableName(name)) continue;
      const kept = value === '' ? null : value;
      if (isSecret(name)) await secrets.set(name, kept);
      else if (kept === null) delete plain[name];
      else plain[name] = kept;
    }
    settings.set({ ...settings.get(), values: plain });
  }

  return {
    environment(values = {}) {
      const entries = names.map((name) => {
        const now = found(name);
        const given = values[name];
        const isOpen = now.source === 'settings' || now.source === 'default';
        return [name, given === undefined || !isOpen ? now.value : given] as const;
      });
      return Object.fromEntries(entries.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
    },
    list: () =>
      names.map((name): ConfigItem => {
        const { kind, choices, defaultValue } = describeVariable(name);
        const { source, value } = found(name);
        return {
          name,
          section: sectionOf(name),
          meaning: variables[name].meaning,
          kind,
          choices: [...choices],
          source,
          isSet: value !== null,
          value: kind === 'secret' ? null : value,
          defaultValue: kind === 'secret' ? null : defaultValue,
          locked: lockOf(name, source),
        };
      }),
    problemsOf,
    async set(values) {
      const problems = Object.entries(problemsOf(values));
      if (problems.length > 0) {
        throw new ValidationError(
          `Nothing was changed: ${problems.map(([name, why]) => `${name} ${why}`).join('; ')}`,
          problems.map(([path, message]) => ({ path, message })),
        );
      }
      const before = Object.fromEntries(
        Object.keys(values).map((name) => [name, (isVariableName(name) ? ownOf(name) : undefined) ?? null]),
      );
      await keep(values);
      return () => keep(before);
    },
    setOverlay(env) {
      overlay = env;
    },
    secrets: () =>
      names.flatMap((name) => {
        const { value } = found(name);
        return isSecret(name) && value !== null ? [value] : [];
      }),
  };
}
