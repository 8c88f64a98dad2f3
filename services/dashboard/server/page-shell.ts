import type { Bundle } from './bundle-page.ts';

/**
 * SHA-256 of the one <style> element that Observable Plot puts into each chart (plot.js, "default styles"), by which the
 * Content-Security-Policy lets it in and no other. The browser tests fail on any violation, so a new version of Plot shows.
 */
export const PLOT_STYLE_HASH = "'sha256-jSYQUrW7J0b3jPqhZP9C2Xh1PyJKHKXd4s0fpGGKrww='";

/** The document: everything else is drawn by the script. */
export const pageShell = ({ script, style }: Bundle): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sleep</title>
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
