import { useEffect, useRef } from 'react';
import { Button } from '../../components/Button.tsx';
import { modifierLabel } from '../../lib/hooks.ts';
import type { ApprovalMode } from './approvalDrafts.ts';
import styles from './ApprovalCard.module.css';

export interface ApprovalActionsProps {
  readonly mode: ApprovalMode;
  readonly busy: boolean;
  readonly editable: boolean;
  /** Folder that "always here" remembers; null when this may never be automatic. */
  readonly rememberFolder: string | null;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly onMode: (mode: ApprovalMode) => void;
  readonly onApprove: (remember: boolean) => void;
  readonly onDeny: () => void;
}

export function ApprovalActions(props: ApprovalActionsProps) {
  const { mode, busy, editable, rememberFolder, reason, onReason, onMode, onApprove, onDeny } = props;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (mode === 'denying') field.current?.focus();
  }, [mode]);

  if (mode === 'denying') {
    return (
      <div className={styles.actions}>
        <input
          ref={field}
          className={styles.field}
          aria-label="Why not"
          placeholder="Why not? The model reads this (may stay empty)"
          maxLength={2_000}
          value={reason}
          onChange={(event) => onReason(event.target.value)}
        />
        <Button shortcut="⏎" disabled={busy} onClick={onDeny}>
          Deny
        </Button>
        <Button tone="quiet" shortcut="Esc" onClick={() => onMode('deciding')}>
          Back
        </Button>
      </div>
    );
  }
  if (mode === 'editing') {
    return (
      <div className={styles.actions}>
        <Button tone="primary" shortcut={`${modifierLabel()}⏎`} disabled={busy} onClick={() => onApprove(false)}>
          Approve as edited
        </Button>
        <Button tone="quiet" shortcut="Esc" onClick={() => onMode('deciding')}>
          Discard edits
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.actions}>
      <Button tone="primary" shortcut="⏎" disabled={busy} onClick={() => onApprove(false)}>
        Approve
      </Button>
      <Button shortcut="⌫" disabled={busy} onClick={() => onMode('denying')}>
        Deny
      </Button>
      {editable ? (
        <Button tone="quiet" shortcut="E" disabled={busy} onClick={() => onMode('editing')}>
          Edit
        </Button>
      ) : null}
      {rememberFolder === null ? null : (
        <Button
          tone="quiet"
          shortcut="A"
          disabled={busy}
          title={`Approve, and do not ask again under ${rememberFolder}`}
          onClick={() => onApprove(true)}
        >
          Always here
        </Button>
      )}
    </div>
  );
}
