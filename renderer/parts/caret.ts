/** Nobody has typed or pressed anything for so long, in milliseconds, that the caret need not draw attention: GTK's own default. */
const stillAfter = 10_000;

/**
 * A caret that blinks has the window drawn again twice a second, for as long as it is left alone: most of what a window at rest costs.
 * After a while it stops and stays visible (CSS UI 4, caret-animation; browsers that don't know it blink on). Called once.
 */
export function restCaret(): void {
  const { dataset } = document.documentElement;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wake = (): void => {
    clearTimeout(timer);
    delete dataset['caret'];
    timer = setTimeout(() => {
      dataset['caret'] = 'still';
    }, stillAfter);
  };
  for (const sign of ['keydown', 'input', 'pointerdown', 'focusin']) addEventListener(sign, wake, { capture: true, passive: true });
  wake();
}
