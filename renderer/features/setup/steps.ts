import type { ConnectionTarget } from '../program/index.ts';

export interface SetupStep {
  readonly id: 'unity' | 'model' | 'servers' | 'first';
  readonly title: string;
  readonly lead: string;
  /** Asked for here; everything else is in the settings. */
  readonly variables: readonly string[];
  readonly tests: readonly ConnectionTarget[];
}

export const steps: readonly SetupStep[] = [
  {
    id: 'unity',
    title: 'Unity',
    lead: 'SPARK works in the Unity Editor through MCP for Unity. It looks at the usual address by itself; empty means that address.',
    variables: ['UNITY_MCP_URL', 'UNITY_MCP_TOKEN'],
    tests: ['unity'],
  },
  {
    id: 'model',
    title: 'Model',
    lead: 'The Realtime model answers you and asks for changes. Testing the key costs nothing.',
    variables: ['OPENAI_REALTIME_API_KEY'],
    tests: ['model'],
  },
  {
    id: 'servers',
    title: 'Servers',
    lead: 'Optional. Without them everything is kept on this machine; with them the team’s history is, too, and what you do meanwhile is sent later.',
    variables: ['NATS_URL', 'SLATE_DB_HOST', 'SLATE_DB_REPLICA_HOST', 'SLATE_DB_PASSWORD'],
    tests: ['nats', 'primary', 'replica'],
  },
  {
    id: 'first',
    title: 'First request',
    lead: 'Every write is shown as a diff before it happens, and can be taken back.',
    variables: [],
    tests: [],
  },
];

/** A step's place by its id; the steps are few and fixed. */
export const placeOf = (id: SetupStep['id']): number => steps.findIndex((step) => step.id === id);
