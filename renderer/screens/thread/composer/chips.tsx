import { FileText, X } from 'lucide-react';
import { type JSX, useState } from 'react';
import type { Image } from '../../../../shared/domain/item.ts';
import { useBlobUrl } from '../../../items/use-blob-url.ts';
import { Button } from '../../../parts/button.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { TextField } from '../../../parts/field.tsx';
import { count } from '../../../parts/time.ts';
import { type Attachment, type Draft, draft as setDraft } from '../../../store/ui.ts';

function Remove({ name, onClick }: { name: string; onClick: () => void }): JSX.Element {
  return (
    <button
      type="button"
      aria-label={`Remove ${name}`}
      onClick={onClick}
      className="flex size-6 shrink-0 items-center justify-center rounded text-faint hover:bg-hover hover:text-text"
    >
      <X size={14} strokeWidth={1.5} aria-hidden="true" />
    </button>
  );
}

function ImageChip({ image, onRemove }: { image: Image; onRemove: () => void }): JSX.Element {
  const url = useBlobUrl(image);
  return (
    <li className="flex h-12 items-center gap-2 rounded-box border bg-sunken pr-1">
      {url === undefined ? (
        <span className="size-12" />
      ) : (
        <img src={url} alt="" className="h-full max-w-24 rounded-l-box object-cover" draggable={false} />
      )}
      <span className="max-w-32 truncate text-caption text-muted">{image.name}</span>
      <Remove name={image.name} onClick={onRemove} />
    </li>
  );
}

function TextChip({ attachment, onOpen, onRemove }: { attachment: Attachment; onOpen: () => void; onRemove: () => void }): JSX.Element {
  const lines = attachment.text.split('\n').length;
  return (
    <li className="flex h-7 items-center rounded-box border bg-sunken pr-1">
      <button type="button" onClick={onOpen} className="flex h-full items-center gap-1.5 rounded-l-box px-2 text-muted hover:text-text">
        <FileText size={16} strokeWidth={1.5} aria-hidden="true" />
        <span className="max-w-48 truncate">{attachment.name}</span>
        <span className="text-caption text-faint tabular-nums">
          {count(lines)} {lines === 1 ? 'line' : 'lines'}
        </span>
      </button>
      <Remove name={attachment.name} onClick={onRemove} />
    </li>
  );
}

function EditAttachment(props: { attachment: Attachment; onSave: (change: Attachment) => void; onClose: () => void }): JSX.Element {
  const { attachment, onSave, onClose } = props;
  const [name, setName] = useState(attachment.name);
  const [text, setText] = useState(attachment.text);
  const save = (): void => {
    onSave({ ...attachment, name: name.trim() || attachment.name, text });
    onClose();
  };
  return (
    <Dialog
      open
      size="wide"
      title="Edit the attachment"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" onClick={save}>
            Save
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <TextField label="Name" value={name} onChange={setName} onEnter={save} maxLength={80} />
        <textarea
          aria-label="Text"
          value={text}
          onChange={(event) => setText(event.target.value)}
          spellCheck={false}
          className="h-80 resize-none rounded-box border border-line bg-bg px-2 py-1.5 font-mono text-code"
        />
      </div>
    </Dialog>
  );
}

/** What goes along with the message. */
export function Chips({ draft, draftKey }: { draft: Draft; draftKey: string }): JSX.Element | null {
  const [editing, setEditing] = useState<Attachment>();
  const { images, attachments } = draft;
  if (images.length + attachments.length === 0) return null;
  return (
    <>
      <ul aria-label="Attachments" className="flex flex-wrap items-center gap-2 px-3 pt-3">
        {images.map((image, at) => (
          <ImageChip
            // oxlint-disable-next-line react/no-array-index-key
            key={`${image.blob} ${at}`}
            image={image}
            onRemove={() => setDraft(draftKey, { images: images.filter((each) => each !== image) })}
          />
        ))}
        {attachments.map((attachment) => (
          <TextChip
            key={attachment.id}
            attachment={attachment}
            onOpen={() => setEditing(attachment)}
            onRemove={() => setDraft(draftKey, { attachments: attachments.filter((each) => each !== attachment) })}
          />
        ))}
      </ul>
      {editing && (
        <EditAttachment
          attachment={editing}
          onClose={() => setEditing(undefined)}
          onSave={(change) => setDraft(draftKey, { attachments: attachments.map((each) => (each.id === change.id ? change : each)) })}
        />
      )}
    </>
  );
}
