export { documentedFaults } from './faults.ts';
export type { CodeFault } from './faults.ts';
export { startCodeModelSimulator } from './server.ts';
export type { CodeModelSimulator } from './server.ts';
