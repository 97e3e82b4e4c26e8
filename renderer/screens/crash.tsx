import { Component, type JSX, type ReactNode } from 'react';
import { copyWords } from '../connection/clipboard.ts';
import { Button } from '../parts/button.tsx';

interface CrashProps {
  /** Another place: what was broken may be whole there. */
  place?: unknown;
  children: ReactNode;
}

/** Stands in for what could not be drawn, so that one broken part does not take the window with it. A class, as React wants it. */
export class Crash extends Component<CrashProps, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidUpdate(before: CrashProps): void {
    if (before.place !== this.props.place && this.state.error) this.setState({ error: undefined });
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error ? <Broken error={error} /> : this.props.children;
  }
}

function Broken({ error }: { error: Error }): JSX.Element {
  const details = error.stack ?? error.message;
  return (
    <main className="flex h-full min-w-0 flex-1 flex-col items-center justify-center gap-3 bg-bg px-8 pb-[12vh] text-center">
      <h1 className="text-title font-strong">This part of the window broke</h1>
      <p role="alert" className="max-w-prose text-pretty text-muted">
        Threads go on without it. Reload the window; if that happens again, the report helps to mend it.
      </p>
      <div className="flex gap-2">
        <Button tone="primary" onClick={() => window.location.reload()}>
          Reload
        </Button>
        <Button onClick={() => void copyWords(details, 'Report')}>Copy report</Button>
      </div>
      <details className="max-w-prose text-left text-caption text-faint">
        <summary className="text-center">What went wrong</summary>
        <pre tabIndex={0} className="mt-2 max-h-60 overflow-auto rounded-box border bg-sunken px-3 py-2 whitespace-pre-wrap">
          {details}
        </pre>
      </details>
    </main>
  );
}
