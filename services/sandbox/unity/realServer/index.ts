export { installRealServer } from './install.ts';
export type { InstallOptions, RealServerInstall } from './install.ts';
export { startRealServer } from './start.ts';
export type { RealServer, RealServerOptions, RealServerWaits } from './start.ts';
