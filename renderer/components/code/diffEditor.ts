import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { syntaxHighlighting } from '@codemirror/language';
import { getChunks, getOriginalDoc, MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, Text, type Extension } from '@codemirror/state';
import { Decoration, EditorView, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { csharp } from '@replit/codemirror-lang-csharp';
import { classHighlighter } from '@lezer/highlight';

/** Loaded only when the first diff is shown (CodeMirror is the largest part of the window). */
export interface DiffEditorOptions {
  readonly parent: HTMLElement;
  readonly before: string;
  readonly after: string;
  readonly path: string;
  /** `split` needs room: in a narrow place it is unified too. */
  readonly layout: 'unified' | 'split';
  readonly editable: boolean;
  readonly label: string;
  /** From 1; everything is open then. One that the text does not have is the nearest that it has. */
  readonly revealLine: number | null;
  /** The page's CSP nonce, for the style element that CodeMirror adds. */
  readonly nonce: string;
  readonly onEdit: (text: string) => void;
}

export interface DiffEditor {
  focus(): void;
  destroy(): void;
}

/** Two columns of about 60 characters each; narrower, one column reads better. */
const splitFromPx = 880;
/** In one column every line of a removed part is laid out, seen or not. */
const maxRemovedLines = 1_000;

export function mountDiff(options: DiffEditorOptions): DiffEditor {
  const { parent, before, after, layout, editable, label, nonce, onEdit, revealLine } = options;
  const shared: Extension[] = [
    lineNumbers(),
    // What is approved must be what is read: marks that turn the reading around or hide stand as signs.
    highlightSpecialChars(),
    syntaxHighlighting(classHighlighter),
    EditorView.cspNonce.of(nonce),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    options.path.endsWith('.cs') ? csharp() : [],
  ];
  const locked: Extension[] = [EditorState.readOnly.of(true), EditorView.editable.of(false), focusable(label)];
  const writable: Extension[] = [
    history(),
    // Mod-Enter approves (the card around the editor hears it); without this it would add a line first.
    keymap.of([{ key: 'Mod-Enter', run: () => true }, ...defaultKeymap, ...historyKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onEdit(update.state.doc.toString());
    }),
  ];
  // Keys typed into a collapsed part would be lost, and a line in one is not seen.
  const collapse = editable || revealLine !== null ? {} : { collapseUnchanged: { margin: 3, minSize: 6 } };
  const mode = editable ? writable : locked;

  // A file that goes is all gone: one colour says it. As a diff each of its lines would be laid out, also of 1 MB.
  if (after === '' && before !== '' && !editable) {
    const deleted = EditorView.editorAttributes.of({ class: 'cm-deletedFile' });
    const view = new EditorView({ parent, doc: before, extensions: [...shared, ...locked, deleted] });
    return { focus: () => view.focus(), destroy: () => view.destroy() };
  }
  // A created file is all new: its text alone says more than the same text with every line marked.
  const merge = (): Extension =>
    before === '' ? [] : unifiedMergeView({ original: before, mergeControls: false, ...collapse, gutter: true });
  const isWide = layout === 'split' && before !== '' && parent.clientWidth >= splitFromPx;
  const unified = isWide
    ? null
    : EditorState.create({ doc: after, extensions: [...shared, ...mode, merge(), marked(after, revealLine)] });
  if (unified !== null && mostRemoved(unified) <= maxRemovedLines) {
    const view = new EditorView({ parent, state: unified });
    scrollToLine(view, revealLine);
    return { focus: () => view.focus(), destroy: () => view.destroy() };
  }
  const view = new MergeView({
    parent,
    a: { doc: before, extensions: [...shared, ...locked] },
    b: { doc: after, extensions: [...shared, ...mode, marked(after, revealLine)] },
    ...collapse,
    gutter: true,
  });
  scrollToLine(view.b, revealLine);
  return { focus: () => view.b.focus(), destroy: () => view.destroy() };
}

/** Lines of the largest part that goes. */
function mostRemoved(state: EditorState): number {
  const { chunks } = getChunks(state) ?? { chunks: [] };
  if (chunks.length === 0) return 0;
  const original = getOriginalDoc(state);
  const lines = chunks.map(({ fromA, endA }) =>
    fromA >= endA ? 0 : original.lineAt(endA).number - original.lineAt(fromA).number + 1,
  );
  return lines.reduce((most, count) => Math.max(most, count), 0);
}

/** A text that cannot be edited is still reached and scrolled with the keyboard. */
const focusable = (label: string): Extension =>
  EditorView.contentAttributes.of({ tabindex: '0', role: 'textbox', 'aria-readonly': 'true', 'aria-label': label });

const lineAt = (doc: Text, line: number) => doc.line(Math.min(Math.max(1, line), doc.lines));

function marked(text: string, line: number | null): Extension {
  if (line === null) return [];
  const { from } = lineAt(Text.of(text.split('\n')), line);
  return EditorView.decorations.of(Decoration.set([Decoration.line({ class: 'cm-revealed' }).range(from)]));
}

function scrollToLine(view: EditorView, line: number | null): void {
  if (line === null) return;
  view.dispatch({ effects: EditorView.scrollIntoView(lineAt(view.state.doc, line).from, { y: 'center' }) });
}
