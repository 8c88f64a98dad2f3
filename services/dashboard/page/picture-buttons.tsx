import type { RefObject, VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import { useAction } from './ask.ts';
import { Button } from './button.tsx';
import { saveFile } from './save-file.ts';
import { type Picture, type PictureFormat, pictureOf } from './save-picture.ts';

const PictureButton = ({
  of,
  picture,
  format,
}: {
  of: RefObject<HTMLElement | null>;
  picture: Picture;
  format: PictureFormat;
}): VNode => {
  const { busy, result, run } = useAction(
    useCallback(async () => {
      if (of.current) saveFile(await pictureOf(of.current, picture, format), `${picture.name}.${format}`);
      return '';
    }, [of, picture, format]),
  );
  return (
    <>
      <Button class="small" isOff={busy} onClick={run}>
        {format.toUpperCase()}
      </Button>
      {result && <span role="alert">{result}</span>}
    </>
  );
};

/** Buttons that save the charts of an element as a picture. */
export const PictureButtons = ({
  of,
  picture,
}: {
  of: RefObject<HTMLElement | null>;
  picture: Picture;
}): VNode => (
  <span class="group pictures">
    <span class="quiet">Save as picture</span>
    <PictureButton of={of} picture={picture} format="png" />
    <PictureButton of={of} picture={picture} format="svg" />
  </span>
);
