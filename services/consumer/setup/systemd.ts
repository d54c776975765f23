import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ServiceControl } from './types.ts';

const unit = 'spark-nats-consumer.service';

/** As sd_booted(3) tells whether systemd runs; a container usually has none. */
export const systemd: ServiceControl = {
  isThere: () => existsSync('/run/systemd/system'),
  async start() {
    try {
      await promisify(execFile)('systemctl', ['enable', unit], { timeout: 30_000 });
      // It is ready when the command ends: the unit is of type notify.
      await promisify(execFile)('systemctl', ['restart', unit], { timeout: 150_000 });
      return null;
    } catch (error) {
      return `${error instanceof Error ? error.message.trim() : String(error)} Its log: journalctl -u ${unit}`;
    }
  },
};
