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

/** A table that is wider than a narrow window is scrolled, by keys as well. */
export function Table({ label, children }: { label: string; children: ReactNode }): JSX.Element {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <div tabIndex={0} role="group" aria-label={label} className="@container overflow-x-auto rounded-box border">
      <table className="w-full border-collapse">{children}</table>
    </div>
  );
}

/** What a part of a page is about. */
export function Heading({ title, text }: { title?: string | undefined; text?: ReactNode }): JSX.Element {
  return (
    <div className="flex flex-col gap-1">
      {title ? <h2 className="font-strong">{title}</h2> : null}
      {text ? <p className="max-w-prose text-pretty text-muted">{text}</p> : null}
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
      {note ? <p className="text-caption text-pretty text-faint">{note}</p> : null}
    </section>
  );
}
