import { PROOF } from './api.ts';
import type { Bundle } from './bundle-page.ts';

/**
 * SHA-256 of the <style> element that Observable Plot puts into each chart (plot.js, "default styles"). The
 * Content-Security-Policy allows only this one. The browser tests fail on a violation, so they notice a new version of Plot.
 */
export const PLOT_STYLE_HASH = "'sha256-jSYQUrW7J0b3jPqhZP9C2Xh1PyJKHKXd4s0fpGGKrww='";

/** The HTML document. The script renders everything else. @param proof base64url, of a session that begins */
export const pageShell = ({ script, style }: Bundle, proof: string | undefined): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${proof === undefined ? '' : `<meta name="${PROOF}" content="${proof}">\n`}<title>Sleep</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/${style}">
<script type="module" src="/${script}"></script>
</head>
<body>
<div id="page"><header class="bar"><h1>Sleep</h1></header><main><p class="quiet">Loading…</p></main></div>
<noscript>This page draws its charts with JavaScript. <code>npm run export</code> prints the same nights.</noscript>
</body>
</html>
`;
