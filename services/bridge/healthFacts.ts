import type { DatabaseConfig } from '../../database/index.ts';
import type { DependencyHealth } from '../../shared/contracts/index.ts';
import { redactUrl } from '../../shared/node/logging/index.ts';
import type { EditorStatus } from './unity/index.ts';

type Facts = readonly { readonly name: string; readonly value: string }[];

/** What Health shows below each part: where it is and what it is. Names and passwords are not in it. */
export function makeHealthFacts(parts: {
  readonly config: DatabaseConfig & {
    readonly SPARK_REALTIME_URL: string;
    readonly SPARK_REALTIME_MODEL: string;
    readonly UNITY_MCP_URL: string | undefined;
    readonly NATS_URL: string | undefined;
    readonly SLATE_ANALYTICS_URL: string | undefined;
  };
  readonly dataDir: string;
  readonly editor: () => EditorStatus | null;
}): (id: DependencyHealth['id']) => Facts {
  const { config, editor } = parts;
  const { SLATE_DB_HOST: host, SLATE_DB_REPLICA_HOST: replica, SLATE_DB_PORT: port, SLATE_DB_NAME: name } = config;
  return (id) => {
    switch (id) {
      case 'model':
        return told({ Model: config.SPARK_REALTIME_MODEL, Address: redactUrl(config.SPARK_REALTIME_URL) });
      case 'unity': {
        const status = editor();
        return told({
          Server: config.UNITY_MCP_URL === undefined ? null : redactUrl(config.UNITY_MCP_URL),
          'MCP for Unity': status?.serverVersion,
          Project: status?.projectName,
          Editor: status?.unityVersion == null ? null : `Unity ${status.unityVersion}`,
          Instance: status?.instanceId,
          Scene: status?.activeScene,
          State: status?.kind.replaceAll('_', ' '),
        });
      }
      case 'nats':
        return told({ Server: config.NATS_URL === undefined ? null : redactUrl(config.NATS_URL) });
      case 'primary':
        return told({
          Server: host === undefined ? null : `${host}:${port}`,
          Database: host === undefined ? null : name,
        });
      case 'replica':
        return told({ Server: replica === undefined ? null : `${replica}:${config.SPARK_DB_REPLICA_PORT ?? port}` });
      case 'analytics':
        return told({
          Server: config.SLATE_ANALYTICS_URL === undefined ? null : redactUrl(config.SLATE_ANALYTICS_URL),
        });
      case 'journal':
        return told({ Folder: parts.dataDir });
    }
  };
}

const told = (facts: Readonly<Record<string, string | null | undefined>>): Facts =>
  Object.entries(facts).flatMap(([name, value]) => (value == null || value === '' ? [] : [{ name, value }]));
