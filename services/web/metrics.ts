import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { routeTable } from '../../shared/contracts/index.ts';
import type { DispatchRequest } from '../../shared/node/api/index.ts';

export interface WebMetrics {
  readonly registry: Registry;
  /** The same dispatch, counted: by route, which are a closed set, and by how it ended. */
  readonly measure: (dispatch: DispatchRequest) => DispatchRequest;
  /** Windows that are connected now. */
  readonly windows: (count: number) => void;
}

/** What Prometheus reads at the web host's /metrics. Nothing there says what anybody did. */
export function makeWebMetrics(build: { readonly version: string }): WebMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'spark_web_build_info',
    help: '1; the labels say which version runs on which Node.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: build.version, node: process.versions.node }, 1);
  const requests = new Counter({
    name: 'spark_web_requests_total',
    help: 'Requests of windows by route and outcome: ok, or the code of the error.',
    labelNames: ['route', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'spark_web_request_seconds',
    help: 'From a request being read to its answer.',
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const windows = new Gauge({ name: 'spark_web_windows', help: 'Windows that are connected.', registers });
  return {
    registry,
    measure: (dispatch) => async (request) => {
      const startedMs = performance.now();
      const answer = await dispatch(request);
      seconds.observe((performance.now() - startedMs) / 1_000);
      const route = routeTable.has(request.route) ? request.route : 'unknown';
      requests.inc({ route, outcome: answer.ok ? 'ok' : answer.error.code });
      return answer;
    },
    windows: (count) => {
      windows.set(count);
    },
  };
}
