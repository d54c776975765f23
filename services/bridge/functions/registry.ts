import { z } from 'zod';
import { ValidationError, issuesOf } from '../../../shared/errors/index.ts';
import type { ToolDefinition } from '../realtime/types.ts';
import { applyUnityPatch } from './handlers/applyUnityPatch.ts';
import { createUnityObject } from './handlers/createUnityObject.ts';
import { deconstructUnityAsset } from './handlers/deconstructUnityAsset.ts';
import { deleteUnityAsset } from './handlers/deleteUnityAsset.ts';
import { makeGenerateUnityScript } from './handlers/generateUnityScript.ts';
import { getUnityBuildStatus } from './handlers/getUnityBuildStatus.ts';
import { getUnityEditorState } from './handlers/getUnityEditorState.ts';
import { ingestUnityAsset } from './handlers/ingestUnityAsset.ts';
import { listUnityScene } from './handlers/listUnityScene.ts';
import { readUnityConsole } from './handlers/readUnityConsole.ts';
import { readUnityScript } from './handlers/readUnityScript.ts';
import { renderUnityPreview } from './handlers/renderUnityPreview.ts';
import { runUnityBuild } from './handlers/runUnityBuild.ts';
import { runUnityTests } from './handlers/runUnityTests.ts';
import { searchUnityAssets } from './handlers/searchUnityAssets.ts';
import { setUnityComponent } from './handlers/setUnityComponent.ts';
import { undoUnityChange } from './handlers/undoUnityChange.ts';
import type { BoundFunction, FunctionDefinition, FunctionSettings } from './types.ts';

/** The single list of functions that the model may call; its tool list and the dispatcher both come from here. */
export type FunctionRegistry = ReadonlyMap<string, BoundFunction>;

export function makeRegistry(settings: FunctionSettings = { sonnetMode: 'off' }): FunctionRegistry {
  const functions = [
    bindFunction(makeGenerateUnityScript(settings)),
    bindFunction(applyUnityPatch),
    bindFunction(renderUnityPreview),
    bindFunction(ingestUnityAsset),
    bindFunction(deconstructUnityAsset),
    bindFunction(runUnityBuild),
    bindFunction(readUnityScript),
    bindFunction(readUnityConsole),
    bindFunction(searchUnityAssets),
    bindFunction(getUnityEditorState),
    bindFunction(listUnityScene),
    bindFunction(getUnityBuildStatus),
    bindFunction(createUnityObject),
    bindFunction(setUnityComponent),
    bindFunction(deleteUnityAsset),
    bindFunction(runUnityTests),
    bindFunction(undoUnityChange),
  ];
  return new Map(functions.map((bound) => [bound.name, bound]));
}

export const toolsOf = (registry: FunctionRegistry): ToolDefinition[] =>
  [...registry.values()].filter((bound) => bound.audience !== 'person').map((bound) => bound.tool);

/** Closes a definition over its types. Exported for the tests' own functions. */
export function bindFunction<A extends z.ZodType, R extends z.ZodType>(
  definition: FunctionDefinition<A, R>,
): BoundFunction {
  const { name, effect, policy, audience = 'model', timeLimitMs, args, handler } = definition;
  const parameters = toParameters(args);
  return {
    name,
    effect,
    policy,
    audience,
    timeLimitMs,
    get tool() {
      return { name, description: definition.description, parameters };
    },
    bind(argumentsJson) {
      const parsed = args.safeParse(parseArguments(name, argumentsJson));
      if (!parsed.success) {
        throw new ValidationError(`The arguments of ${name} do not fit.`, issuesOf(parsed.error));
      }
      return async (context) => {
        const outcome = await handler(parsed.data, context);
        return { ...outcome, result: definition.result.parse(outcome.result) };
      };
    },
  };
}

function parseArguments(name: string, json: string): unknown {
  try {
    // A model may send nothing at all for a function without arguments.
    return json.trim() === '' ? {} : JSON.parse(json);
  } catch (error) {
    throw new ValidationError(
      `The arguments of ${name} are not JSON.`,
      [{ path: '(root)', message: error instanceof Error ? error.message : 'not JSON' }],
      { cause: error },
    );
  }
}

/** The arguments as the model may write them: defaults are optional, and no `$schema`, which the API refuses. */
function toParameters(args: z.ZodType): Record<string, unknown> {
  const { $schema: _dropped, ...parameters } = z.toJSONSchema(args, { io: 'input' });
  return { ...parameters, additionalProperties: false };
}
