import type { CallView, ChangeView } from '../../../shared/contracts/api/index.ts';
import type { DotTone } from '../../components/Dot.tsx';
import { formatDuration } from '../../lib/format.ts';
import { changeTitle } from '../changes/index.ts';

/** The one line of a function call. Pure. */
export interface CallLine {
  readonly tone: DotTone;
  /** What the eye should meet: what was done, or the state. */
  readonly title: string;
  /** The rest, muted. */
  readonly detail: string;
}

const compileText = (call: CallView, change: ChangeView | undefined): string | null => {
  if (change === undefined) return null;
  const compile = call.timing.find(({ step }) => step === 'compile');
  switch (change.compileStatus) {
    case 'ok':
      return compile === undefined ? 'compiled' : `compiled in ${formatDuration(compile.ms)}`;
    case 'errors':
      return 'compile errors';
    case 'compiling':
      return 'compiling';
    case 'unknown':
      return null;
  }
};

const totalMs = (call: CallView): number | null =>
  call.finishedAt === null ? null : Math.max(0, Date.parse(call.finishedAt) - Date.parse(call.createdAt));

const joined = (parts: readonly (string | null | false)[]): string => parts.filter(Boolean).join(' · ');

/** The error is worded for the model; the person said it. */
function whyDenied({ error, summary }: CallView): string {
  const reason = error?.data?.['reason'];
  if (typeof reason !== 'string') return error?.message ?? summary;
  return reason.trim() === '' ? 'by you, without a reason' : `by you: ${reason.trim()}`;
}

export function callLine(call: CallView, change: ChangeView | undefined): CallLine {
  switch (call.state) {
    case 'received':
    case 'running':
      return {
        tone: 'busy',
        title: call.name,
        detail: call.summary === '' || call.summary === call.name ? 'running' : call.summary,
      };
    case 'awaiting_approval':
      return { tone: 'waiting', title: call.name, detail: 'waiting for you' };
    case 'unsettled':
      return {
        tone: 'warn',
        title: call.name,
        detail: 'outcome not known yet: SPARK reads the file before it does anything again',
      };
    case 'succeeded': {
      const failedCompile = change?.compileStatus === 'errors';
      const spent = call.effect === 'read' ? totalMs(call) : null;
      return {
        tone: failedCompile ? 'bad' : 'ok',
        title: change === undefined ? call.summary || call.name : changeTitle(change),
        detail: joined([
          compileText(call, change),
          call.approval?.kind === 'write' && call.approval.always === true && 'always allowed here',
          change === undefined ? null : change.path,
          spent === null ? null : formatDuration(spent),
        ]),
      };
    }
    case 'failed':
      return { tone: 'bad', title: call.error?.message ?? 'failed', detail: call.name };
    case 'denied':
      return { tone: 'off', title: `${call.name} denied`, detail: whyDenied(call) };
    case 'cancelled':
      return { tone: 'off', title: `${call.name} cancelled`, detail: call.summary };
  }
}

export const isOver = (call: CallView): boolean =>
  call.state === 'succeeded' || call.state === 'failed' || call.state === 'denied' || call.state === 'cancelled';
