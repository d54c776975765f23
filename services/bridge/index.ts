export type { EngineHost, EngineStatus, RealtimeEngine } from './realtime/types.ts';
export type { UnityAdapter } from './unity/types.ts';
