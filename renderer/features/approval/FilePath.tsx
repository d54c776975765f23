import { Fragment } from 'react';
import { safeText } from '../../lib/safeText.ts';
import styles from './ApprovalCard.module.css';

/** A path whose file name meets the eye first; a long one breaks after its slashes. */
export function FilePath({ path }: { readonly path: string }) {
  const folders = safeText(path).split('/');
  const name = folders.pop() ?? '';
  return (
    <span className={styles.filePath}>
      {folders.map((folder, index) => (
        <Fragment key={folders.slice(0, index + 1).join('/')}>
          {folder}/<wbr />
        </Fragment>
      ))}
      <strong>{name}</strong>
    </span>
  );
}
