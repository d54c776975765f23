import { writeFile } from 'node:fs/promises';
import { dashboards } from './source/index.ts';

/** `node services/monitoring/grafana/writeDashboards.ts` writes the files that Grafana is provisioned with. */
for (const [name, dashboard] of Object.entries(dashboards)) {
  const file = new URL(`dashboards/${name}`, import.meta.url);
  await writeFile(file, `${JSON.stringify(dashboard, null, 2)}\n`);
}
