import type { ApiHandlers, SetupView } from '../../../shared/contracts/index.ts';

/** Routes about the program itself: they outlive a bridge that is opened again with another configuration. */
export type HostRoute =
  | 'config.list'
  | 'config.check'
  | 'config.update'
  | 'setup.test'
  | 'setup.finish'
  | 'setup.sandbox'
  | 'data.erase'
  | 'report.get'
  | 'desktop.act';

export interface BridgeHost {
  readonly handlers: Pick<ApiHandlers, HostRoute>;
  readonly setup: () => SetupView;
  /** Shows a file in the system's file manager; null where there is none. */
  readonly reveal: ((path: string) => void) | null;
}

/** Where keys and passwords lie that were entered in the window. */
export interface SecretStore {
  /** `session`: they are forgotten when the program ends. */
  readonly kind: 'kept' | 'session';
  readonly get: (name: string) => string | undefined;
  /** Null forgets it. */
  readonly set: (name: string, value: string | null) => Promise<void>;
  readonly clear: () => Promise<void>;
}

/** The desktop app's windows. */
export interface DesktopWindows {
  readonly open: () => void;
  readonly focus: () => void;
  readonly isAlwaysOnTop: () => boolean;
  readonly setAlwaysOnTop: (on: boolean) => void;
  readonly reveal: (path: string) => void;
  readonly openLogs: () => void;
  /** Asks the person for a folder; when one is chosen the program ends and starts again with its data there. */
  readonly moveData: () => Promise<void>;
}

/** Stand-ins that run: their variables go over everything that is configured. */
export interface RunningStandIns {
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}
