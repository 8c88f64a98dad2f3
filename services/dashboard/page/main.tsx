import { render } from 'preact';
import { App } from './app.tsx';
import { keepProof } from './proof.ts';

keepProof();
const root = document.getElementById('page');
if (root) render(<App />, root);
