export * from './api/index.ts';
export * from './events.ts';
export * from './functions.ts';
export * from './ids.ts';
export * from './settings.ts';
export * from './subjects.ts';
export * from './uas.ts';
export * from './upgrades.ts';
