// The schema library, named once: the protocol's rows and the tools' parameters are written with it.
import * as z from 'zod/mini';

export { z };
export type Schema<T> = z.ZodMiniType<T>;
