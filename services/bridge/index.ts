export { bridgeVariables, openBridge } from './bridge.ts';
export type { BridgeOptions } from './bridge.ts';
export { defaultDataDir } from './dataDir.ts';
export type { HeavyAnswer, HeavyChannel, HeavyRequest, OpenHeavyChannel } from './heavy/index.ts';
export { makeSessionSecrets, openHostedBridge } from './host/index.ts';
export type { DesktopWindows, HostedBridgeOptions, RunningStandIns, SecretStore } from './host/index.ts';
export type { SparkBridge } from './types.ts';
export type { EngineHost, EngineStatus, RealtimeEngine } from './realtime/types.ts';
export type { UnityAdapter } from './unity/types.ts';
