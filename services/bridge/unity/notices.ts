import type { Editor } from './editor.ts';
import { noticeOf } from './editorStatus.ts';

/** What a developer shall know before approving: that Unity will let it wait, or cannot be reached for it. */
export interface Notices {
  readonly notice: () => Promise<string | null>;
  /** The plan with the notice among its warnings. */
  readonly told: <P extends { readonly warnings: readonly string[] }>(plan: P) => Promise<P>;
}

export function makeNotices({ editor }: { readonly editor: Pick<Editor, 'status' | 'refresh'> }): Notices {
  async function notice(): Promise<string | null> {
    const { kind } = editor.status();
    // Looked at once more: the editor may have been opened, or nothing looked at yet. That look waits for nothing.
    return noticeOf(kind === 'no_editor' || kind === 'server_away' ? (await editor.refresh()).kind : kind);
  }
  return {
    notice,
    async told(plan) {
      const said = await notice();
      return said === null ? plan : { ...plan, warnings: [...plan.warnings, said] };
    },
  };
}
