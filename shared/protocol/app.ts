import type { Effort, Model, Provider } from '../domain/model.ts';
import { z } from '../schema.ts';
import { query, typed } from './row.ts';

export interface ConfigWarning {
  file: string;
  line: number;
  message: string;
}

/** One thing that the program needs, tried. */
export interface HealthCheck {
  name: string;
  status: 'ok' | 'warning' | 'fail';
  detail: string;
  /** What to do about it. */
  remedy?: string;
}

export const appRows = {
  'blob.read': query(z.object({ hash: z.string() }), typed<{ base64: string; bytes: number }>()),
  /** Files of a project or of a thread's folder whose path fits the words, best first. */
  'file.find': query(z.object({ cwd: z.string(), text: z.string(), limit: z.optional(z.number()) }), typed<{ paths: string[] }>()),
  /** A text file of a project, its first 256 KB. */
  'file.read': query(z.object({ projectId: z.string(), path: z.string() }), typed<{ text: string; bytes: number; cut: boolean }>()),
  /** `home`: the data folder; `userHome`: what a window shows as `~`. */
  'health.read': query(z.object({}), typed<{ checks: HealthCheck[]; version: string; home: string; userHome: string }>()),
  /** Makes the sample project's own copy, once; `prompt` begins the first story in it. */
  'sample.open': query(z.object({}), typed<{ path: string; prompt: string; allow: string[] }>()),
  /** Provider keys in the keychain. Values go in and never come out. */
  'key.list': query(z.object({}), typed<{ names: string[]; where: string }>()),
  'key.set': query(
    z.object({ name: z.string().check(z.regex(/^[A-Z][A-Z0-9_]{1,79}$/)), value: z.string().check(z.minLength(1), z.maxLength(20_000)) }),
    typed<null>(),
  ),
  'key.remove': query(z.object({ name: z.string() }), typed<null>()),
  /** Asks a provider's server for its list of models: free, and proves address and key. */
  'provider.test': query(z.object({ provider: z.string() }), typed<{ ok: boolean; message: string }>()),
  /** Writes one top-level value into the user's config.toml and leaves the rest of the file as it is; null takes it out. */
  'setting.write': query(
    z.object({ key: z.enum(['provider', 'model', 'profile', 'effort']), value: z.nullable(z.string()) }),
    typed<null>(),
  ),
  /** Keeps large bytes before a command refers to them; answers with their SHA-256. Base64, at most 32 MB. */
  'blob.put': query(z.object({ base64: z.string().check(z.maxLength(45_000_000)) }), typed<{ hash: string; bytes: number }>()),
  'settings.read': query(
    z.object({ projectId: z.optional(z.string()) }),
    typed<{
      provider: string;
      model: string;
      profile: string;
      /** Absent: the model's usual one. */
      effort?: Effort;
      providers: Provider[];
      models: Model[];
      /** The built-in ones first. `sandbox` false: commands run as the user's own. */
      profiles: { name: string; about: string; sandbox: boolean }[];
      warnings: ConfigWarning[];
    }>(),
  ),
  /** Last write wins, outside the log: drafts and panes. A null value removes it. */
  'scratch.write': query(
    z.object({ key: z.string().check(z.maxLength(200)), value: z.nullable(z.string().check(z.maxLength(1_000_000))) }),
    typed<null>(),
  ),
  'scratch.read': query(z.object({ prefix: z.string() }), typed<{ entries: Record<string, string> }>()),
};
