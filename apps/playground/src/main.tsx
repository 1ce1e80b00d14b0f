import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './ui/ui.css';
import { followOwnData } from './data/own.ts';
import { keepOffline } from './offline/register.ts';
import { App } from './shell/app.tsx';
import { followTheme } from './shell/theme.ts';
import { followAddress } from './state/url.ts';

followTheme();
await followAddress();
followOwnData();
render(<App />, document.getElementById('app') as HTMLElement);
void keepOffline();
