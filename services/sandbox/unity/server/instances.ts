import { setTimeout as sleep } from 'node:timers/promises';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { textOf, type Body } from '../editor/reply.ts';
import type { EditorLink, ServerWaits } from './editorLink.ts';
import { serverBody, toErrorResult, toResult } from './result.ts';

/** Which editor an MCP session talks to: named per call, chosen with set_active_instance, or the only one there is. */
export type Choice =
  | { readonly kind: 'link'; readonly link: EditorLink; readonly isPinned: boolean }
  | { readonly kind: 'refused'; readonly body: Body }
  | { readonly kind: 'unknown'; readonly text: string };

export interface InstanceChooser {
  readonly choose: (named: string | undefined) => Promise<Choice>;
  readonly setActive: (args: Body, sessionId: string) => CallToolResult;
  readonly label: () => string;
}

export const instanceId = (link: EditorLink): string => `${link.editor.projectName}@${link.editor.projectHash}`;

/** Links whose editor is connected now. */
export const connected = (links: readonly EditorLink[]): EditorLink[] =>
  links.filter((link) => link.editor.connection.isOpen());

export function makeInstanceChooser(
  links: readonly EditorLink[],
  waits: ServerWaits,
  options: { readonly mustChoose?: boolean } = {},
): InstanceChooser {
  let pinned: EditorLink | undefined;

  const find = (name: string): EditorLink | undefined =>
    connected(links).find(
      (link) => instanceId(link) === name || link.editor.projectHash.startsWith(name.toLowerCase()),
    );

  return {
    label: () => (pinned === undefined ? 'default' : instanceId(pinned)),
    async choose(named) {
      if (named !== undefined) {
        const link = find(named);
        if (link !== undefined) return { kind: 'link', link, isPinned: true };
        const available = connected(links).map(instanceId).join(', ') || 'none';
        const text = `Instance '${named}' not found. Available: ${available}. Read mcpforunity://instances for current sessions.`;
        return { kind: 'unknown', text };
      }
      if (pinned !== undefined) {
        // The real middleware waits for a pinned editor before the tool does.
        const end = Date.now() + waits.sessionMs;
        while (!pinned.editor.connection.isOpen() && Date.now() < end) await sleep(Math.min(50, waits.pollMs));
        return { kind: 'link', link: pinned, isPinned: true };
      }
      const open = connected(links);
      if (open.length > 1 && options.mustChoose !== true) return { kind: 'refused', body: chooseBody(open) };
      if (open.length > 0 && options.mustChoose === true) return { kind: 'refused', body: requiredBody(open) };
      const [only] = open.length === 1 ? open : links;
      if (only === undefined) return { kind: 'unknown', text: 'No Unity instances are configured.' };
      if (open.length === 1) pinned = only;
      return { kind: 'link', link: only, isPinned: open.length === 1 };
    },
    setActive(args, sessionId) {
      const name = textOf(args, 'instance').trim();
      if (/^\d+$/.test(name) && name.length <= 5) {
        return toResult({
          success: false,
          error: `Port-based targeting ('${name}') is not supported in HTTP transport mode. Use Name@hash or a hash prefix. Read mcpforunity://instances for available instances.`,
        });
      }
      if (connected(links).length === 0) {
        const error = "No Unity instances are currently connected. Start Unity and press 'Start Session'.";
        return toResult({ success: false, error });
      }
      const link = find(name);
      if (link === undefined) {
        const error = `Instance '${name}' not found. Use mcpforunity://instances to copy an exact Name@hash.`;
        return toResult({ success: false, error });
      }
      pinned = link;
      const instance = instanceId(link);
      return toResult({
        success: true,
        message: `Active instance set to ${instance}`,
        data: { instance, session_id: sessionId.replaceAll('-', '') },
      });
    },
  };
}

const manyEditors =
  'Multiple Unity instances are connected. Call set_active_instance with Name@hash from mcpforunity://instances.';

function chooseBody(open: readonly EditorLink[]): Body {
  const names = open.map(instanceId).toSorted();
  return refusalOf(names, `${manyEditors} Available instances: [${names.map((name) => `'${name}'`).join(', ')}].`);
}

/** Remote-hosted: also with one editor. */
function requiredBody(open: readonly EditorLink[]): Body {
  const names = open.map(instanceId).toSorted();
  const list = names.map((name) => `'${name}'`).join(', ');
  const error = `Unity instance selection is required. Call set_active_instance with Name@hash from mcpforunity://instances. Available instances: [${list}].`;
  return refusalOf(names, error);
}

/** What a tool that is never repeated says: it does not look for the editors, so it names none. */
export const chooseBodyWithoutNames: Body = refusalOf([], manyEditors);

function refusalOf(names: readonly string[], error: string): Body {
  return serverBody({
    error,
    data: { reason: 'instance_selection_required', available_instances: names },
    hint: 'select_instance',
  });
}

/** Result for a call whose editor could not be chosen. */
export function toRefusal(choice: Exclude<Choice, { kind: 'link' }>): CallToolResult {
  return choice.kind === 'refused' ? toResult(choice.body) : toErrorResult(choice.text);
}
