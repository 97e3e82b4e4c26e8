import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from './connection/connection.ts';
import { Frame } from './screens/frame.tsx';
import './theme/tokens.css';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Frame />
    </StrictMode>,
  );
}
void connect();
