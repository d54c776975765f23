import type { Fault } from '../faults.ts';
import type { ParsedClientEvent } from '../protocol/index.ts';
import type { Planner, Turn } from '../turns.ts';
import type { UpgradeRefusal } from './upgrade.ts';

export interface RealtimeSimulatorOptions {
  /** 0 (the default) takes a free port. */
  readonly port?: number;
  /** The bearer key that clients must send; a random one when absent. */
  readonly key?: string;
  /** Milliseconds from one delta to the next, on average; 0 yields to the event loop only. Default 15. */
  readonly deltaMs?: number;
  readonly planner?: Planner;
  /** Opens the control channel: `GET /sim/activity`, `GET /sim/log`, `POST /sim/play`, `/sim/inject`, `/sim/refuse`. */
  readonly control?: boolean;
  /** After it a session is told that it expired, and is closed. Default 60 minutes, as the service has it. */
  readonly sessionLengthMs?: number;
  /** Serves `wss:` with this key and certificate (PEM). */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** One frame that a client sent: `connection` counts from 1 in order of arrival. Of appended audio only the event stays. */
export interface LogEntry {
  readonly connection: number;
  readonly parsed: ParsedClientEvent;
}

export interface RealtimeSimulator {
  /** `ws://127.0.0.1:PORT/v1/realtime`; a client appends `?model=…`. */
  readonly url: string;
  readonly key: string;
  readonly log: readonly LogEntry[];
  /** The response of each `response.done` that was sent, its usage among the rest. */
  readonly responses: readonly unknown[];
  /** Replaces the planner from the next response on. */
  readonly usePlanner: (planner: Planner) => void;
  /** The next responses are these turns, in order, before the planner is asked again. */
  readonly play: (...turns: readonly Turn[]) => void;
  /** Hits every open session now. Throws RangeError for a fault that only a response can have. */
  readonly inject: (fault: Fault) => void;
  /** Refuses new upgrades with this HTTP status, or in these words, until `null`. */
  readonly refuseUpgrades: (refusal: number | UpgradeRefusal | null) => void;
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}
