import { createTwoFilesPatch } from 'diff';
import { formatMicroUsd } from '../../../shared/domain/money.ts';
import type { SessionRecordFile } from './sessionRecord.ts';

type Call = SessionRecordFile['calls'][number];
type Change = SessionRecordFile['changes'][number];
type Message = SessionRecordFile['messages'][number];

/** A diff that takes longer is left out for the whole text. */
const diffTimeLimitMs = 1_000;
const states: Readonly<Record<Message['status'], string>> = {
  queued: ' · not sent',
  streaming: ' · being written',
  complete: '',
  cancelled: ' · stopped',
  failed: ' · failed',
};

/**
 * A session to read: the conversation in order, each call with its arguments, approval, result, error and time, each
 * change with its diff and compile errors. Texts of the model and of files stand in fences that they cannot close. Pure.
 */
export function toMarkdown(record: SessionRecordFile): string {
  const { session, usage } = record;
  const changes = Map.groupBy(record.changes, ({ callId }) => callId ?? '');
  const entries = [
    ...record.messages.map((message) => ({ position: message.position, text: messageText(message) })),
    ...record.calls.map((call) => ({ position: call.position, text: callText(call, changes.get(call.callId) ?? []) })),
    ...record.facts.map(({ position, text }) => ({ position, text: `**Told to the model**\n\n${fenced(text)}` })),
  ].sort((a, b) => a.position - b.position);
  const ownChanges = changes.get('') ?? [];
  const cost = usage.costMicroUsd === null ? 'no price known' : formatMicroUsd(usage.costMicroUsd);
  return [
    `# ${oneLine(session.title)}`,
    [
      `- Project: ${oneLine(session.projectName ?? 'none')}`,
      `- Begun ${session.createdAt}, last used ${session.updatedAt}, exported ${record.exportedAt} by SPARK ${record.spark}`,
      ...(session.forkedFrom === undefined ? [] : [`- Forked from: ${oneLine(session.forkedFrom.title)}`]),
      ...(session.simulated ? ['- The model or Unity was simulated'] : []),
      `- Cost: ${cost}`,
      `- Session: ${session.sessionId}`,
    ].join('\n'),
    ...entries.map(({ text }) => text),
    ...(ownChanges.length === 0 ? [] : ['## Changes without a call', ...ownChanges.map(changeText)]),
    ...list(
      'Frames',
      record.frames.map(
        ({ createdAt, captureSource, camera, width, height, blank }) =>
          `${createdAt} · ${captureSource}${camera === null ? '' : ` · ${oneLine(camera)}`} · ${width} × ${height}${blank ? ' · blank' : ''}`,
      ),
    ),
    ...list(
      'Builds',
      record.builds.map(
        ({ startedAt, target, state, elapsedMs, sizeBytes, errors, warnings, reason }) =>
          `${startedAt} · ${target} · ${state} · ${Math.round(elapsedMs / 1_000)} s · ${sizeBytes ?? '–'} bytes · ${errors} errors, ${warnings} warnings${reason === null ? '' : ` · ${oneLine(reason)}`}`,
      ),
    ),
    'Pictures are not part of this file.',
    '',
  ].join('\n\n');
}

function messageText({ role, text, status, error, images = [], spoken, createdAt }: Message): string {
  const who = role === 'user' ? 'You' : role === 'assistant' ? 'SPARK' : 'Notice';
  return [
    `## ${who}${spoken === true ? ' (spoken)' : ''}${states[status]}`,
    `${createdAt}${images.length === 0 ? '' : ` · ${images.length} images`}`,
    ...(text === '' ? [] : [role === 'assistant' ? text : fenced(text)]),
    ...(error === null ? [] : [`Error \`${error.code}\`: ${oneLine(error.message)}`]),
  ].join('\n\n');
}

function callText(call: Call, changes: readonly Change[]): string {
  const { approval } = call;
  const warnings = approval?.warnings ?? [];
  return [
    `### Call ${oneLine(call.name)}: ${call.state}`,
    `${call.createdAt} · ${call.origin === 'person' ? 'by a button' : 'by the model'} · ${oneLine(call.summary)}`,
    'Arguments',
    fenced(call.argumentsJson, 'json'),
    ...(approval === null
      ? []
      : [
          `Approval (${approval.kind})${approval.reason === '' ? '' : `: ${oneLine(approval.reason)}`}`,
          ...(warnings.length === 0 ? [] : [warnings.map((warning) => `- ${oneLine(warning)}`).join('\n')]),
        ]),
    ...(call.error === null ? [] : [`Error \`${call.error.code}\`: ${oneLine(call.error.message)}`]),
    ...(call.output === null ? [] : ['Answer to the model', fenced(call.output, 'json')]),
    ...(call.timing.length === 0
      ? []
      : [`Time: ${call.timing.map(({ step, ms }) => `${step} ${Math.round(ms)} ms`).join(', ')}`]),
    ...changes.map(changeText),
  ].join('\n\n');
}

function changeText(change: Change): string {
  const { path, kind, before, after, addedLines, removedLines, compileStatus, compileErrors } = change;
  const undone = change.undoesChangeId === undefined ? '' : ' · takes an earlier change back';
  return [
    `#### ${oneLine(path)}: ${kind}, +${addedLines} −${removedLines}, compile ${compileStatus}${undone}`,
    ...(before === null && after === null ? [] : [diffText(path, before ?? '', after ?? '')]),
    ...compileErrors.map(
      ({ severity, code, message, file, line }) =>
        `- ${severity} ${code ?? ''} ${oneLine(message)}${file === undefined ? '' : ` (${oneLine(file)}${line === undefined ? '' : `:${line}`})`}`,
    ),
  ].join('\n\n');
}

function diffText(path: string, before: string, after: string): string {
  const options = { context: 3, timeout: diffTimeLimitMs };
  const patch = createTwoFilesPatch(path, path, before, after, undefined, undefined, options);
  // Typed as always there, but undefined when the time is up.
  const found: string | undefined = patch;
  return found === undefined ? `The whole text as it was written:\n\n${fenced(after)}` : fenced(found, 'diff');
}

const list = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`## ${title}`, lines.map((line) => `- ${line}`).join('\n')];

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** A fence longer than any in the text. */
function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}
