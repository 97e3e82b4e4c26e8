import type { Price } from './money.ts';

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh';

/** A row of resources/models.json, or the stated defaults for an id that is not in it. Windows in tokens. */
export interface Model {
  id: string;
  name: string;
  contextWindow: number;
  maxOutput: number;
  inputs: ('text' | 'image')[];
  efforts: Effort[];
  defaultEffort?: Effort;
  price?: Price;
  preview?: boolean;
  /** True when the catalog does not know the id and the numbers are assumptions. */
  assumed?: boolean;
}

export type ProviderKind = 'openai' | 'openai-compatible' | 'rehearsal';

/** Who serves models. `wire` says which of the two streaming protocols its server speaks. */
export interface Provider {
  id: string;
  kind: ProviderKind;
  wire: 'responses' | 'chat';
  baseUrl?: string;
  /** Name of the environment variable, and of the keychain entry, that holds the key. */
  apiKeyEnv?: string;
  headers: Record<string, string>;
  /** The longest silence of the first attempt, in milliseconds; it doubles with each retry. */
  idleTimeoutMs: number;
  defaultModel?: string;
}
