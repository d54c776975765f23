import { useState, type DragEvent } from 'react';
import { ChatContext } from './chatStore.ts';
import { droppedPaths, toMention } from './mentions.ts';

export interface DropTarget {
  readonly isOver: boolean;
  readonly handlers: {
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

/** Images and asset paths can be dropped anywhere on the conversation; nothing that is dropped opens or leaves it. */
export function useDropTarget(sessionId: string | null): DropTarget {
  const { drafts } = ChatContext.useHandle();
  const [isOver, setOver] = useState(false);
  const take = (sessionIdNow: string, data: DataTransfer): void => {
    const files = [...data.files];
    if (files.length > 0) return void drafts.addFiles(sessionIdNow, files);
    const paths = droppedPaths(data.getData('text/plain'));
    if (paths.length === 0) {
      return drafts.refuse(
        'What was dropped is neither an image nor the path of an asset (Assets/…). Nothing was added.',
      );
    }
    const text = drafts.store.getState().texts.get(sessionIdNow) ?? '';
    const gap = text === '' || /\s$/.test(text) ? '' : ' ';
    drafts.refuse(null);
    drafts.setText(sessionIdNow, `${text}${gap}${paths.map(toMention).join(' ')} `);
  };
  return {
    isOver: isOver && sessionId !== null,
    handlers: {
      onDragOver(event) {
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setOver(true);
      },
      onDragLeave(event) {
        const to = event.relatedTarget;
        if (!(to instanceof Node) || !event.currentTarget.contains(to)) setOver(false);
      },
      onDrop(event) {
        event.preventDefault();
        setOver(false);
        if (sessionId !== null) take(sessionId, event.dataTransfer);
      },
    },
  };
}
