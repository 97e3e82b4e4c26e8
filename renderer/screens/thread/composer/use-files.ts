import type { ClipboardEvent, DragEvent } from 'react';
import { type Draft, emptyDraft, draft as setDraft, useUi } from '../../../store/ui.ts';
import { wordsOf } from '../../act.ts';
import { roomIn, takeFiles } from './images.ts';
import { freeName, isLong } from './input.ts';

export interface FileInput {
  take(files: readonly File[]): Promise<void>;
  paste(event: ClipboardEvent): void;
  /** True when there were files in it. */
  drop(event: DragEvent): boolean;
}

/** Images and long texts on their way into a draft, however they come. */
export function useFiles(key: string, draft: Draft, tell: (problem: string | undefined) => void): FileInput {
  const take = async (files: readonly File[]): Promise<void> => {
    if (files.length === 0) return;
    tell(undefined);
    try {
      const taken = await takeFiles(files, draft);
      const now = useUi.getState().drafts[key] ?? emptyDraft;
      setDraft(key, { images: [...now.images, ...taken.images], attachments: [...now.attachments, ...taken.attachments] });
      tell(taken.problem);
    } catch (thrown) {
      tell(wordsOf(thrown));
    }
  };

  const paste = (event: ClipboardEvent): void => {
    const files = [...event.clipboardData.files];
    const text = event.clipboardData.getData('text/plain');
    // An office program puts a picture of the text beside it.
    if (files.length > 0 && text === '') {
      event.preventDefault();
      void take(files);
    } else if (text.length > roomIn(draft)) {
      event.preventDefault();
      tell('That text is too long to send. Put it into the project as a file and mention it with @.');
    } else if (isLong(text)) {
      event.preventDefault();
      tell(undefined);
      setDraft(key, { attachments: [...draft.attachments, { id: crypto.randomUUID(), name: freeName(draft.attachments), text }] });
    }
  };

  const drop = (event: DragEvent): boolean => {
    if (event.dataTransfer.files.length === 0) return false;
    event.preventDefault();
    void take([...event.dataTransfer.files]);
    return true;
  };
  return { take, paste, drop };
}
