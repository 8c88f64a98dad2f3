import { render } from 'preact';
import { App } from './app.tsx';
import { loadPreferences } from './preferences.ts';
import { keepProof } from './proof.ts';

keepProof();
loadPreferences();
const root = document.getElementById('page');
if (root) render(<App />, root);
