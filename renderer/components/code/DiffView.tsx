import { useEffect, useRef, useState, type CSSProperties } from 'react';
import { lineCountOf } from '../../lib/format.ts';
import { readNonce } from '../../lib/nonce.ts';
import styles from './DiffView.module.css';
import type { DiffEditor } from './diffEditor.ts';

export interface DiffViewProps {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Said by screen readers. */
  readonly label: string;
  readonly layout?: 'unified' | 'split';
  readonly editable?: boolean;
  /** The text after each edit. */
  readonly onEdit?: (text: string) => void;
  /** Rows to show before it scrolls; absent: as high as its text. */
  readonly maxRows?: number;
  /** The line of the text after the change that is scrolled to and marked. */
  readonly revealLine?: number | null;
  /** Lines that differ, when known: what is unchanged is collapsed and needs no room. */
  readonly changedLines?: number;
}

/** Lines around one changed place, and the two that stand for what is collapsed. */
const contextRows = 8;

/** A diff in C# colours. Its height is reserved before the editor is loaded, so nothing jumps when it arrives. */
export function DiffView(props: DiffViewProps) {
  const { path, before, after, label, layout = 'unified', editable = false, maxRows, changedLines = Infinity } = props;
  const { revealLine = null } = props;
  const host = useRef<HTMLDivElement>(null);
  const onEdit = useRef(props.onEdit);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    onEdit.current = props.onEdit;
  });

  useEffect(() => {
    let editor: DiffEditor | null = null;
    let gone = false;
    const mount = async (): Promise<void> => {
      const { mountDiff } = await import('./diffEditor.ts');
      if (gone || host.current === null) return;
      host.current.replaceChildren();
      editor = mountDiff({
        parent: host.current,
        before,
        after,
        path,
        label,
        layout,
        editable,
        revealLine,
        nonce: readNonce(),
        onEdit: (text) => onEdit.current?.(text),
      });
      if (editable) editor.focus();
    };
    mount().catch(() => setFailed(true));
    return () => {
      gone = true;
      editor?.destroy();
    };
  }, [path, before, after, label, layout, editable, revealLine]);

  const whole = after === '' ? lineCountOf(before) : Math.max(lineCountOf(after), Math.min(lineCountOf(before), 12));
  const rows = Math.max(3, before === '' || after === '' ? whole : Math.min(whole, changedLines + contextRows));
  const style: (CSSProperties & Record<'--rows' | '--max-rows', number>) | undefined =
    maxRows === undefined ? undefined : { '--rows': Math.min(rows, maxRows), '--max-rows': maxRows };
  return (
    <div ref={host} className={maxRows === undefined ? styles.grown : styles.capped} style={style} data-diff={path}>
      {failed ? <pre className={styles.plain}>{after}</pre> : null}
    </div>
  );
}
