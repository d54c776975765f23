export { installRealServer } from './install.ts';
export type { InstallOptions, RealServerInstall } from './install.ts';
export { startRealServer } from './start.ts';
export type { RealServer, RealServerOptions } from './start.ts';
export type { RealServerWaits } from './launcher.ts';
