import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Body } from '../../editor/reply.ts';
import type { EditorLink } from '../editorLink.ts';

/** What a tool works with: the chosen editor, and the info notification that some tools send before their answer. */
export interface ToolCall {
  readonly link: EditorLink;
  /** False for an MCP session that never used this editor: its writes are not held back for it. */
  readonly isPinned: boolean;
  readonly info: (text: string) => Promise<void>;
}

export type Tool = (args: Body, call: ToolCall) => Promise<CallToolResult>;
