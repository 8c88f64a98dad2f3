import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const PAGE = join(import.meta.dirname, '..', 'page');

/** A file that the page loads. */
interface Asset {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The body as Brotli, a tenth smaller than gzip. */
  readonly brotli: Uint8Array<ArrayBuffer>;
}

/** The page's script and style sheet. Their names change with their content. */
export interface Bundle {
  /** Path below `/`, e.g. `assets/page-1F2E3D4C.js`. */
  readonly script: string;
  readonly style: string;
  readonly assets: ReadonlyMap<string, Asset>;
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** The highest quality, 11, would take ten times as long as this one for the last eighth of the size. */
const compressed = async (body: Uint8Array): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));

/** Bundles the page in memory. It takes a quarter of a second, so the first request triggers it, not the start of the server. */
export const bundlePage = async (): Promise<Bundle> => {
  const { build, stop } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: PAGE,
    entryPoints: { page: './main.tsx', style: './style.css' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    outdir: 'assets',
    write: false,
    logLevel: 'silent',
  });
  // Otherwise esbuild's process would run, and take memory, as long as the page is served.
  await stop();
  const assets = new Map<string, Asset>();
  const named = async (ending: string): Promise<string> => {
    const file = outputFiles.find(({ path }) => path.endsWith(`.${ending}`));
    if (!file) throw new Error(`The bundle of the page has no .${ending} file`);
    const hash = createHash('sha256').update(file.contents).digest('hex').slice(0, 12);
    const name = `assets/page-${hash}.${ending}`;
    const body = new Uint8Array(file.contents);
    assets.set(name, { type: TYPES[ending] ?? '', body, brotli: await compressed(body) });
    return name;
  };
  const [script, style] = await Promise.all([named('js'), named('css')]);
  return { script, style, assets };
};
