import { functions } from './functions.ts';
import { makeDashboard } from './panel.ts';
import { pipeline } from './pipeline.ts';
import { services } from './services.ts';
import { usage } from './usage.ts';

/** Every dashboard by the name of its file in `dashboards/`. */
export const dashboards: Readonly<Record<string, Readonly<Record<string, unknown>>>> = Object.fromEntries(
  Object.entries({ pipeline, usage, functions, services }).map(([name, source]) => [
    `${name}.json`,
    makeDashboard(source),
  ]),
);
