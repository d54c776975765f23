import { createContext, useContext } from 'react';
import type { ApiClient } from '../../shared/contracts/api/index.ts';

/** Copies a text to hand to whoever helps; false when the browser does not let it. `about` is what was on the screen. */
export type CopyReport = (about?: string) => Promise<boolean>;

/** Null where nothing can be asked, such as before there is a client. */
export const ReportContext = createContext<CopyReport | null>(null);
export const useCopyReport = (): CopyReport | null => useContext(ReportContext);

/** What the window knows itself is in the report also when SPARK does not answer. */
export function makeCopyReport(deps: {
  readonly client: ApiClient;
  readonly write: (text: string) => Promise<boolean>;
  readonly window: () => string;
  readonly now: () => Date;
}): CopyReport {
  return async (about) => {
    const result = await deps.client.request('report.get', {});
    const text = [
      ...(about === undefined || about === '' ? [] : ['What was on the screen', about, '']),
      `Window ${deps.now().toISOString()} · ${deps.window()}`,
      '',
      result.ok ? result.output.text : `SPARK did not answer: ${result.error.code} ${result.error.message}`,
    ].join('\n');
    return await deps.write(text);
  };
}
