import { v7 as uuidv7 } from 'uuid';
import type { CallView } from '../../../shared/contracts/index.ts';
import { AppError, InvariantError, errorCodes } from '../../../shared/errors/index.ts';
import type { ApiParts } from './types.ts';

/** A call that the developer made with a button: the model's own way, already approved, with an id of ours. */
export function dispatchByPerson(
  parts: Pick<ApiParts, 'journal' | 'dispatcher' | 'signal'>,
  sessionId: string,
  name: string,
  args: unknown,
  onBuild?: (buildId: string) => void,
): { readonly finished: Promise<CallView> } {
  parts.journal.sessions.require(sessionId);
  const callId = `person-${uuidv7()}`;
  const output = parts.dispatcher.dispatch(
    { sessionId, callId, name, argumentsJson: JSON.stringify(args) },
    parts.signal,
    { origin: 'person', ...(onBuild === undefined ? {} : { onBuild }) },
  );
  return { finished: output.then(() => succeeded(parts, sessionId, callId)) };
}

function succeeded(parts: Pick<ApiParts, 'journal'>, sessionId: string, callId: string): CallView {
  const call = parts.journal.calls.get(sessionId, callId);
  if (call === null) throw new InvariantError('A call was not kept.');
  const { error } = call.view;
  if (error === null) return call.view;
  const code = errorCodes.find((known) => known === error.code) ?? 'internal';
  throw new AppError(code, error.message, { data: error.data ?? {} });
}
