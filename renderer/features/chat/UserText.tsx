import { Button } from '../../components/Button.tsx';
import { safeText } from '../../lib/safeText.ts';
import { useRowFlag } from './rowState.ts';
import styles from './Message.module.css';

/** More than a screen of it is folded. */
const foldedChars = 3_000;
const foldedLines = 40;

/** What a person wrote, as it is: no markdown, no links. */
export function UserText({ messageId, text }: { readonly messageId: string; readonly text: string }) {
  const [open, setOpen] = useRowFlag(`text ${messageId}`);
  if (text === '') return null;
  const short = fold(text);
  const isFolded = short.length < text.length;
  return (
    <>
      <p className={styles.userText} dir="auto">
        {safeText(open ? text : short)}
        {isFolded && !open ? '…' : null}
      </p>
      {isFolded ? (
        <Button tone="quiet" className={styles.small ?? ''} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show less' : `Show all ${text.length.toLocaleString('en')} characters`}
        </Button>
      ) : null}
    </>
  );
}

function fold(text: string): string {
  if (text.length <= foldedChars && text.split('\n', foldedLines + 1).length <= foldedLines) return text;
  return text.slice(0, foldedChars).split('\n').slice(0, foldedLines).join('\n');
}
