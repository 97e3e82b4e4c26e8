/** Tokens as the provider reported them. `cached` is the part of `input` read from its cache, `reasoning` a part of `output`. */
export interface Tokens {
  input: number;
  cached: number;
  output: number;
  reasoning: number;
}

/** Credits for a million tokens. */
export interface Price {
  input: number;
  cached: number;
  output: number;
}

/** One request to a model, whatever became of it. `reported` is false when the provider told no usage (a cut stream). */
export interface Usage {
  requestId: string;
  turnId: string;
  provider: string;
  model: string;
  tokens: Tokens;
  /** Undefined when the model has no known price. */
  credits?: number;
  reported: boolean;
  /** The model's context window when it was asked. */
  window: number;
}

export const noTokens: Tokens = { input: 0, cached: 0, output: 0, reasoning: 0 };

export function addTokens(a: Tokens, b: Tokens): Tokens {
  return { input: a.input + b.input, cached: a.cached + b.cached, output: a.output + b.output, reasoning: a.reasoning + b.reasoning };
}

/** Credits of `tokens` at `price`; cached input is charged at its own rate. */
export function priceOf(tokens: Tokens, price: Price): number {
  return ((tokens.input - tokens.cached) * price.input + tokens.cached * price.cached + tokens.output * price.output) / 1e6;
}
