import { useRef, useState } from 'react';
import { DropdownMenu } from 'radix-ui';
import { Archive, ArchiveRestore, Braces, Ellipsis, FileText, GitFork, Pencil, Trash2 } from 'lucide-react';
import type { SessionView } from '../../../shared/contracts/api/index.ts';
import { IconButton } from '../../components/IconButton.tsx';
import { cx } from '../../lib/cx.ts';
import { DeleteDialog } from './DeleteDialog.tsx';
import { RenameDialog } from './RenameDialog.tsx';
import { isArchived, SessionsContext } from './sessionsStore.ts';
import { useOpenSession } from './useOpenSession.ts';
import floating from '../../components/Floating.module.css';
import styles from './SessionList.module.css';

/** What is done with a whole session. */
export function SessionMenu({ session }: { readonly session: SessionView }) {
  const { sessionId, title } = session;
  const { archive, save } = SessionsContext.useHandle();
  const { fork } = useOpenSession();
  const [asks, setAsks] = useState<'delete' | 'rename' | null>(null);
  const done = (): void => setAsks(null);
  const button = useRef<HTMLButtonElement>(null);
  const asked = { session, onDone: done, focusAfter: button };
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <IconButton ref={button} label={`More for ${title}`} icon={Ellipsis} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className={cx(floating.floating, styles.menu)} align="end" sideOffset={4}>
            <DropdownMenu.Item className={styles.choice} onSelect={() => setAsks('rename')}>
              <Pencil aria-hidden="true" />
              Rename…
            </DropdownMenu.Item>
            <DropdownMenu.Item className={styles.choice} disabled={session.busy} onSelect={() => fork(sessionId)}>
              <GitFork aria-hidden="true" />
              Fork
            </DropdownMenu.Item>
            <DropdownMenu.Item className={styles.choice} onSelect={() => void save(sessionId, 'markdown')}>
              <FileText aria-hidden="true" />
              Export as Markdown
            </DropdownMenu.Item>
            <DropdownMenu.Item className={styles.choice} onSelect={() => void save(sessionId, 'json')}>
              <Braces aria-hidden="true" />
              Export as JSON
            </DropdownMenu.Item>
            <DropdownMenu.Separator className={styles.line} />
            {isArchived(session) ? (
              <DropdownMenu.Item className={styles.choice} onSelect={() => void archive(sessionId, false)}>
                <ArchiveRestore aria-hidden="true" />
                Bring back
              </DropdownMenu.Item>
            ) : (
              <DropdownMenu.Item
                className={styles.choice}
                disabled={session.busy}
                onSelect={() => void archive(sessionId, true)}
              >
                <Archive aria-hidden="true" />
                Archive
              </DropdownMenu.Item>
            )}
            <DropdownMenu.Item className={styles.choice} onSelect={() => setAsks('delete')}>
              <Trash2 aria-hidden="true" />
              Delete…
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {asks === 'rename' ? <RenameDialog {...asked} /> : null}
      {asks === 'delete' ? <DeleteDialog {...asked} /> : null}
    </>
  );
}
