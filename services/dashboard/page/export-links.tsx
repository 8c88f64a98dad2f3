import type { VNode } from 'preact';

/** Links that download the nights of a range. */
export const ExportLinks = ({ from, to }: { from: string; to: string }): VNode => (
  <span class="group downloads">
    <span class="quiet">Download</span>
    {['csv', 'json'].map((format) => (
      <a key={format} href={`/api/export?format=${format}&from=${from}&to=${to}`} download>
        {format.toUpperCase()}
      </a>
    ))}
  </span>
);
