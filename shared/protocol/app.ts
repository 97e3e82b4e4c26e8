import type { Model, Provider } from '../domain/model.ts';
import { z } from '../schema.ts';
import { query, typed } from './row.ts';

export interface ConfigWarning {
  file: string;
  line: number;
  message: string;
}

export const appRows = {
  /** Keeps large bytes before a command refers to them; answers with their SHA-256. Base64, at most 32 MB. */
  'blob.put': query(z.object({ base64: z.string().check(z.maxLength(45_000_000)) }), typed<{ hash: string; bytes: number }>()),
  'settings.read': query(
    z.object({ projectId: z.optional(z.string()) }),
    typed<{ provider: string; model: string; profile: string; providers: Provider[]; models: Model[]; warnings: ConfigWarning[] }>(),
  ),
  /** Last write wins, outside the log: drafts and panes. A null value removes it. */
  'scratch.write': query(
    z.object({ key: z.string().check(z.maxLength(200)), value: z.nullable(z.string().check(z.maxLength(1_000_000))) }),
    typed<null>(),
  ),
  'scratch.read': query(z.object({ prefix: z.string() }), typed<{ entries: Record<string, string> }>()),
};
