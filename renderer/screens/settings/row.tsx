import type { JSX, ReactNode } from 'react';

export interface SettingRowProps {
  label: string;
  detail?: ReactNode;
  children: ReactNode;
}

/** A setting: what it is on the left, its control on the right. */
export function SettingRow({ label, detail, children }: SettingRowProps): JSX.Element {
  return (
    <div className="flex min-h-12 items-center gap-6 px-4 py-2">
      <div className="min-w-0 flex-1">
        <p>{label}</p>
        {detail ? <p className="text-caption text-faint">{detail}</p> : null}
      </div>
      <div className="flex w-60 shrink-0 justify-end">{children}</div>
    </div>
  );
}

/** What a part of a page is about. */
export function Heading({ title, text }: { title?: string | undefined; text?: ReactNode }): JSX.Element {
  return (
    <div className="flex flex-col gap-1">
      {title ? <h2 className="font-strong">{title}</h2> : null}
      {text ? <p className="max-w-prose text-muted">{text}</p> : null}
    </div>
  );
}

export interface GroupProps {
  title?: string;
  /** Below the title, in a sentence or two. */
  text?: ReactNode;
  /** Below the frame: where it is kept, what else there is to know. */
  note?: ReactNode;
  children: ReactNode;
}

/** Settings that belong together, in one frame. */
export function Group({ title, text, note, children }: GroupProps): JSX.Element {
  return (
    <section className="flex flex-col gap-3">
      {title || text ? <Heading title={title} text={text} /> : null}
      <div className="divide-y overflow-hidden rounded-box border">{children}</div>
      {note ? <p className="max-w-prose text-caption text-faint">{note}</p> : null}
    </section>
  );
}
