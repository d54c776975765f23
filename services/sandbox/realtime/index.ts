export { startRealtimeSimulator } from './server.ts';
export type { LogEntry, RealtimeSimulator, RealtimeSimulatorOptions } from './server.ts';
export { call, fault, say } from './turns.ts';
export type { Fault, PlannedOutput, Planner, PlannerContext, Turn } from './turns.ts';
