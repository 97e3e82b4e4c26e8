import type { LucideIcon } from 'lucide-react';
import type { JSX, ReactNode } from 'react';

export interface EmptyProps {
  icon?: LucideIcon;
  /** One sentence on what will be here. */
  text: string;
  /** One button. */
  action?: ReactNode;
  /** One quiet example. */
  example?: ReactNode;
}

export function Empty({ icon: Icon, text, action, example }: EmptyProps): JSX.Element {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-12 text-center">
      {Icon ? <Icon size={16} strokeWidth={1.5} className="text-faint" aria-hidden="true" /> : null}
      <p className="max-w-96 text-muted">{text}</p>
      {action}
      {example ? <div className="max-w-96 text-caption text-faint">{example}</div> : null}
    </div>
  );
}
