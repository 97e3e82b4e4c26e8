import { createContext, useContext } from 'react';

export interface ThreadPlace {
  threadId: string;
  projectId: string;
  /** The shortcuts that answer an approval from anywhere in the thread; '' = none. */
  approvalKeys: { approve: string; refuse: string; visit: string };
}

/** The thread whose items are shown. */
export const ThreadContext = createContext<ThreadPlace>({
  threadId: '',
  projectId: '',
  approvalKeys: { approve: '', refuse: '', visit: '' },
});
export const useThread = (): ThreadPlace => useContext(ThreadContext);
