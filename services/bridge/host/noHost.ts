import { AppError } from '../../../shared/errors/index.ts';
import type { BridgeHost } from './types.ts';

const refuse = (): Promise<never> =>
  Promise.reject(new AppError('unsupported', 'This program does not keep its own configuration. Nothing was changed.'));

/** For programs that open a bridge with a configuration of theirs and never another one. */
export const noHost: BridgeHost = {
  handlers: {
    'config.list': refuse,
    'config.check': refuse,
    'config.update': refuse,
    'setup.test': refuse,
    'setup.finish': refuse,
    'setup.sandbox': refuse,
    'data.erase': refuse,
    'report.get': refuse,
    'desktop.act': refuse,
  },
  setup: () => ({ firstRun: false, sandbox: 'none', alwaysOnTop: null }),
  reveal: null,
};
