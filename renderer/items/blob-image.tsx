import { type JSX, useState } from 'react';
import type { Image } from '../../shared/domain/item.ts';
import { visibleLine } from '../parts/safe-text.ts';
import { useBlobUrl } from './use-blob-url.ts';

const known = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** A picture that the runtime keeps. Only plain pixel formats are shown: an SVG is a document. */
export function BlobImage({ image }: { image: Image }): JSX.Element {
  const [failed, setFailed] = useState(false);
  const shown = known.includes(image.mime);
  const name = visibleLine(image.name);
  const url = useBlobUrl(image, shown, () => setFailed(true));
  if (failed || !shown) return <span className="text-muted">[image: {name}]</span>;
  // The box has its height before the picture is there, so that nothing below moves when it comes.
  return (
    <span className="flex h-40 max-w-full min-w-24 items-center justify-center overflow-hidden rounded-box border bg-sunken" title={name}>
      {url && <img src={url} alt={name} className="max-h-full max-w-full object-contain" onError={() => setFailed(true)} />}
    </span>
  );
}
