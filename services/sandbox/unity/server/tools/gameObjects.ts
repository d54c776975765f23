import { isRecord, textOf, type Body } from '../../editor/reply.ts';
import { serverBody, toErrorResult, toResult, toWrappedResult } from '../result.ts';
import { ensureReady } from './preflight.ts';
import { optional } from './scripts.ts';
import type { Tool } from './types.ts';

/** manage_gameobject, manage_components, batch_execute, run_tests, get_test_job. */
const sent = [
  ['target', 'target'],
  ['searchMethod', 'search_method'],
  ['name', 'name'],
  ['tag', 'tag'],
  ['parent', 'parent'],
  ['position', 'position'],
  ['rotation', 'rotation'],
  ['scale', 'scale'],
  ['componentsToAdd', 'components_to_add'],
  ['primitiveType', 'primitive_type'],
  ['componentProperties', 'component_properties'],
] as const;

export const manageGameObject: Tool = async (args, call) => {
  const busy = await ensureReady(call.link);
  if (busy !== null) return toResult(busy);
  const params: Body = Object.assign(
    { action: textOf(args, 'action') },
    ...sent.map(([key, from]) => optional(key, args[from])),
  );
  return toResult(plain((await call.link.send('manage_gameobject', params)).body));
};

export const manageComponents: Tool = async (args, call) => {
  const busy = await ensureReady(call.link);
  if (busy !== null) return toResult(busy);
  const params = {
    action: textOf(args, 'action'),
    target: args['target'],
    componentType: textOf(args, 'component_type'),
    ...optional('searchMethod', args['search_method']),
    ...optional('componentIndex', args['component_index']),
    ...optional('property', args['property']),
    ...optional('value', args['value']),
    ...optional('properties', args['properties']),
  };
  return toResult(plain((await call.link.send('manage_components', params)).body));
};

/** A success is made anew with three keys; everything else is passed on. */
function plain(body: Body): Body {
  if (body['success'] !== true) return body;
  return { success: true, message: body['message'], data: body['data'] ?? null };
}

const maxCommands = 25;

export const batchExecute: Tool = async (args, call) => {
  const commands = Array.isArray(args['commands']) ? args['commands'].filter(isRecord) : [];
  const refuse = (why: string) => toErrorResult(`Error calling tool 'batch_execute': ${why}`);
  if (commands.length === 0) return refuse("'commands' must be a non-empty list of command specifications");
  if (commands.length > maxCommands) {
    return refuse(
      `batch_execute supports up to ${maxCommands} commands (configured in Unity); received ${commands.length}`,
    );
  }
  const inner = commands.findIndex(({ params }) => isRecord(params) && 'unity_instance' in params);
  if (inner >= 0) {
    const tool = textOf(commands[inner] ?? {}, 'tool');
    return refuse(
      `Command '${tool}' at index ${inner} contains 'unity_instance'. Per-command instance routing is not supported inside batch_execute. Set unity_instance on the outer batch_execute call to route the entire batch.`,
    );
  }
  const params = {
    commands: commands.map((command) => ({ tool: textOf(command, 'tool'), params: command['params'] ?? {} })),
    ...optional('parallel', args['parallel']),
    ...optional('failFast', args['fail_fast']),
  };
  return toResult((await call.link.send('batch_execute', params)).body);
};

export const runTests: Tool = async (args, call) => {
  const state = await call.link.readState();
  const tests = state?.['tests'];
  if (isRecord(tests) && tests['is_running'] === true) {
    const data = { reason: 'tests_running', retry_after_ms: 5000 };
    return toWrappedResult(serverBody({ message: 'tests_running', error: 'busy', data, hint: 'retry' }));
  }
  const busy = await ensureReady(call.link);
  if (busy !== null) return toWrappedResult(busy);
  const names = args['test_names'];
  const params = {
    mode: textOf(args, 'mode', 'EditMode'),
    ...optional('testNames', typeof names === 'string' ? [names] : names),
    ...(args['include_failed_tests'] === true ? { includeFailedTests: true } : {}),
    ...(args['include_details'] === true ? { includeDetails: true } : {}),
  };
  return toWrappedResult(fiveKeys((await call.link.send('run_tests', params)).body));
};

export const getTestJob: Tool = async (args, call) => {
  const params = {
    job_id: textOf(args, 'job_id'),
    ...(args['include_failed_tests'] === true ? { includeFailedTests: true } : {}),
    ...(args['include_details'] === true ? { includeDetails: true } : {}),
  };
  return toWrappedResult(fiveKeys((await call.link.send('get_test_job', params)).body));
};

const fiveKeys = (body: Body): Body => ({
  success: body['success'] ?? false,
  message: body['message'] ?? null,
  error: body['error'] ?? null,
  data: body['data'] ?? null,
  hint: body['hint'] ?? null,
});
