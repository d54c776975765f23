import { Component, type ReactNode } from 'react';
import { Button } from '../components/Button.tsx';
import { Notice } from '../components/Notice.tsx';
import styles from './Shell.module.css';

/** Shown instead of the window when a part of it failed: a bug of ours. Everything is in the journal, not here. */
export class ErrorScreen extends Component<{ readonly children: ReactNode }, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { readonly error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className={styles.fatal}>
        <Notice tone="bad" actions={<Button onClick={() => location.reload()}>Reload the window</Button>}>
          The window failed: {error.message} Sessions, changes and frames are kept; they are there after a reload.
        </Notice>
      </div>
    );
  }
}
