import { type JSX, useEffect, useState } from 'react';
import type { Image } from '../../shared/domain/item.ts';
import { request } from '../connection/connection.ts';
import { visibleLine } from '../parts/safe-text.ts';

const known = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** A picture that the runtime keeps. Only plain pixel formats are shown: an SVG is a document. */
export function BlobImage({ image }: { image: Image }): JSX.Element {
  const [url, setUrl] = useState<string>();
  const [failed, setFailed] = useState(false);
  const { blob, mime } = image;
  const name = visibleLine(image.name);
  useEffect(() => {
    if (!known.includes(mime)) return undefined;
    let gone = false;
    let made: string | undefined;
    request('blob.read', { hash: blob }).then(
      ({ base64 }) => {
        if (gone) return;
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        made = URL.createObjectURL(new Blob([bytes], { type: mime }));
        setUrl(made);
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [blob, mime]);
  if (failed || !known.includes(mime)) return <span className="text-muted">[image: {name}]</span>;
  // The box has its height before the picture is there, so that nothing below moves when it comes.
  return (
    <span className="flex h-40 max-w-full min-w-24 items-center justify-center overflow-hidden rounded-box border bg-sunken" title={name}>
      {url && <img src={url} alt={name} className="max-h-full max-w-full object-contain" onError={() => setFailed(true)} />}
    </span>
  );
}
