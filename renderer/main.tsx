import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect, giveUp } from './connection/connection.ts';
import { restCaret } from './parts/caret.ts';
import { StrictStyles } from './parts/strict-styles.tsx';
import { Crash } from './screens/crash.tsx';
import { Frame } from './screens/frame.tsx';
import { useApp } from './store/app.ts';
import './theme/tokens.css';

// Tests wait for it: connecting, up or down.
const mark = (): void => void (document.documentElement.dataset['connection'] = useApp.getState().link.state);
useApp.subscribe(mark);
mark();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <StrictStyles>
        <Crash>
          <Frame />
        </Crash>
      </StrictStyles>
    </StrictMode>,
  );
}
restCaret();
connect().catch(giveUp);
