import type { VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import { receive, useAction } from '../ask.ts';
import { Button } from '../button.tsx';
import { saveFile } from '../save-file.ts';

/** An answer of the server that can be saved. */
interface SavedFile {
  readonly label: string;
  readonly path: string;
  readonly name: string;
}

/** A button, because the request of a link has no proof of the session. */
const Download = ({ label, path, name }: SavedFile): VNode => {
  const { busy, result, run } = useAction(
    useCallback(async () => {
      saveFile(await receive(path, (response) => response.blob()), name);
      return '';
    }, [path, name]),
  );
  return (
    <>
      <Button isOff={busy} onClick={run}>
        {label}
      </Button>
      {result && <span role="alert">{result}</span>}
    </>
  );
};

/** Buttons that save answers of the server as files. */
export const Downloads = ({ files }: { files: readonly SavedFile[] }): VNode => (
  <span class="group downloads">
    <span class="quiet">Download</span>
    {files.map((file) => (
      <Download key={file.label} {...file} />
    ))}
  </span>
);

/** Buttons that save the nights of a range. */
export const NightDownloads = ({ from, to }: { from: string; to: string }): VNode => (
  <Downloads
    files={['csv', 'json'].map((format) => ({
      label: format.toUpperCase(),
      path: `/api/export?format=${format}&from=${from}&to=${to}`,
      name: `nights-${from}-${to}.${format}`,
    }))}
  />
);
