import { useEffect, useState } from 'react';
import type { Image } from '../../shared/domain/item.ts';
import { request } from '../connection/connection.ts';
import { bytesOf } from './reading.ts';

/** A kept image as an address that an <img> can show; undefined until it is here. `fail` is told when it can't be read. */
export function useBlobUrl({ blob, mime }: Pick<Image, 'blob' | 'mime'>, wanted = true, fail?: () => void): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!wanted) return undefined;
    let made: string | undefined;
    let over = false;
    request('blob.read', { hash: blob }).then(
      ({ base64 }) => {
        if (over) return;
        made = URL.createObjectURL(new Blob([bytesOf(base64)], { type: mime }));
        setUrl(made);
      },
      () => {
        if (!over) fail?.();
      },
    );
    return () => {
      over = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
    // `fail` is told once, whichever it was when the reading began.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [blob, mime, wanted]);
  return url;
}
