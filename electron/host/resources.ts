import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with what comes with the program; the same way up from here and from the bundle. A package keeps it beside its archive. */
export const resources = fileURLToPath(new URL('../../resources/', import.meta.url)).replace(
  `app.asar${path.sep}`,
  `app.asar.unpacked${path.sep}`,
);
