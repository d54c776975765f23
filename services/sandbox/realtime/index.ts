export { outOfMoney, type Fault } from './faults.ts';
export { startRealtimeSimulator } from './server/index.ts';
export type { LogEntry, RealtimeSimulator, RealtimeSimulatorOptions } from './server/options.ts';
export { burst, call, fault, say, sayInPieces } from './turns.ts';
export type { PlannedOutput, Planner, PlannerContext, Turn } from './turns.ts';
