import { CircleX, Info, TriangleAlert } from 'lucide-react';
import type { JSX } from 'react';
import type { NoticeItem } from '../../shared/domain/item.ts';
import { visible } from '../parts/safe-text.ts';

const signs = {
  note: { icon: Info, tone: 'text-note', word: 'Note' },
  warning: { icon: TriangleAlert, tone: 'text-wait', word: 'Warning' },
  error: { icon: CircleX, tone: 'text-stop', word: 'Error' },
};

export function Notice({ item }: { item: NoticeItem }): JSX.Element {
  const { icon: Icon, tone, word } = signs[item.level];
  return (
    <div className="flex gap-2">
      <Icon size={16} strokeWidth={1.5} className={`mt-0.5 shrink-0 ${tone}`} aria-label={word} />
      <div className="max-w-prose min-w-0 whitespace-pre-wrap wrap-anywhere">
        {visible(item.text)}
        {item.hint !== undefined && <span className="text-muted"> {visible(item.hint)}</span>}
      </div>
    </div>
  );
}
