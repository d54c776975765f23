export { openHostedBridge } from './hostedBridge.ts';
export type { HostedBridgeOptions } from './hostedBridge.ts';
export { makeSessionSecrets } from './sessionSecrets.ts';
export type { DesktopWindows, RunningStandIns, SecretStore } from './types.ts';
