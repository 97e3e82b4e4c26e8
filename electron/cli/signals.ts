const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls back at the first signal that asks this process to end; the second ends it at once, with 130. The answer stops listening. */
export function onInterrupt(callback: () => void): () => void {
  let told = false;
  const listener = (): void => {
    if (told) process.exit(130);
    told = true;
    callback();
  };
  for (const name of names) process.on(name, listener);
  return () => {
    for (const name of names) process.off(name, listener);
  };
}
