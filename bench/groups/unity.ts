import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { makeUnityAdapter } from '../../services/bridge/unity/index.ts';
import { makeMemoryStore } from '../../services/bridge/unity/check/memoryStore.ts';
import { inTurn, timeMs, type MetricGroup } from '../context.ts';
import { metricOf, round } from '../report.ts';
import { percentile } from '../stats.ts';

/** One read through the bridge's adapter (queue, editor, reply schemas) against the same tool call by the MCP client. */
export const unityGroup: MetricGroup = {
  ids: ['unity.read', 'unity.overhead'],
  async measure(bench) {
    const { unityUrl } = await bench.app();
    const { signal, quick, logger } = bench;
    const adapter = makeUnityAdapter({
      url: unityUrl,
      logger,
      // Nothing is written here, so there is nothing to keep.
      ledger: makeMemoryStore(),
    });
    const bare = new Client({ name: 'spark-bench', version: '0.0.0' });
    bench.say('unity.overhead');
    try {
      await bare.connect(new StreamableHTTPClientTransport(new URL(unityUrl)));
      const { instanceId } = await adapter.editor.refresh();
      const context = { sessionId: '00000000-0000-4000-8000-000000000000', callId: null, signal };
      const args = { action: 'get', types: ['error', 'warning'], count: 20, format: 'json', include_stacktrace: false };
      const measured = await inTurn(
        { rounds: quick ? 10 : 400, warmUp: quick ? 2 : 50, signal },
        () => timeMs(() => adapter.readConsole({ types: ['error', 'warning'], count: 20 }, context)),
        () =>
          timeMs(async () => {
            const answer = await bare.callTool({
              name: 'read_console',
              arguments: { ...args, unity_instance: instanceId },
            });
            if (answer.isError === true) throw new Error('The bare call was refused.');
          }),
      );
      const read = metricOf(
        {
          id: 'unity.read',
          unit: 'ms',
          detail:
            'read_console through the adapter; bare: the same tool call by the MCP client on a connection of its own',
        },
        measured.ours,
        measured.bare,
      );
      const over = (fraction: number): number =>
        round(percentile(measured.ours, fraction) - percentile(measured.bare, fraction));
      return [
        read,
        {
          id: 'unity.overhead',
          unit: 'ms',
          value: over(0.5),
          p50: over(0.5),
          p95: over(0.95),
          p99: over(0.99),
          samples: read.samples,
          spread: read.spread,
          detail: 'unity.read less the bare call, percentile by percentile',
        },
      ];
    } finally {
      await bare.close();
      await adapter.close();
    }
  },
};
