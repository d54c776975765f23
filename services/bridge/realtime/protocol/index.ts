export { clientEvents } from './clientEvents.ts';
export type {
  AudioInput,
  AudioOutput,
  ClientEvent,
  FunctionTool,
  ReasoningEffort,
  ResponseParameters,
  SessionUpdate,
  TurnDetection,
} from './clientEvents.ts';
export { parseServerFrame } from './frames.ts';
export type { ParsedFrame } from './frames.ts';
export { items, textOfItem } from './items.ts';
export type { ClientItem, WireCall, WireItem } from './items.ts';
export { isResponseEvent, responseIdOf } from './serverEvents.ts';
export type { RateLimit, ResponseEvent, ServerEvent, WireError, WireResponse } from './serverEvents.ts';
export type { TranscriptionUsage, WireUsage } from './usage.ts';
