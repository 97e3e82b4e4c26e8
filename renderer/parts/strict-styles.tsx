import { CSPProvider } from '@base-ui/react/csp-provider';
import type { JSX, ReactNode } from 'react';

/** The page's content security policy refuses style elements: the primitives inside make none. */
export function StrictStyles({ children }: { children: ReactNode }): JSX.Element {
  return <CSPProvider disableStyleElements>{children}</CSPProvider>;
}
