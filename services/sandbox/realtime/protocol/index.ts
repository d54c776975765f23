export type { ClientEvent, ClientEventOf, ResponseParameters } from './clientEvents.ts';
export type { ClientItem } from './items.ts';
export { parseClientEvent } from './parse.ts';
export type { ParsedClientEvent, Problem, Refusal } from './parse.ts';
export type { SessionUpdate, ToolChoice, TurnDetection } from './session.ts';
