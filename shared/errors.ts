// One error class for the whole product. The code says who must act.
export const errorCodes = {
  invalid: 'the caller sent something wrong',
  denied: 'a rule forbids it; the rule is named',
  missing: 'what was named does not exist',
  conflict: 'the state has moved on or does not allow it',
  unavailable: 'something outside failed; trying again may help',
  limited: 'a quota, a budget or the context is used up',
  cancelled: 'somebody stopped it; never shown as a failure',
  broken: 'a defect of the program',
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** What an error looks like on the wire and in the log. `retryAt` is epoch milliseconds. */
export interface ErrorData {
  code: ErrorCode;
  message: string;
  hint?: string;
  data?: Record<string, unknown>;
  retryAt?: number;
}

export class AppError extends Error implements ErrorData {
  readonly code: ErrorCode;
  readonly hint?: string;
  readonly data?: Record<string, unknown>;
  readonly retryAt?: number;

  constructor(
    code: ErrorCode,
    message: string,
    more: { hint?: string; data?: Record<string, unknown>; retryAt?: number; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'AppError';
    this.code = code;
    if (more.hint !== undefined) this.hint = more.hint;
    if (more.data !== undefined) this.data = more.data;
    if (more.retryAt !== undefined) this.retryAt = more.retryAt;
  }
}

/** Any thrown value as plain data; what is not an AppError is a defect of ours and says so. */
export function toErrorData(thrown: unknown): ErrorData {
  if (thrown instanceof AppError) {
    const { code, message, hint, data, retryAt } = thrown;
    return {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(data === undefined ? {} : { data }),
      ...(retryAt === undefined ? {} : { retryAt }),
    };
  }
  return { code: 'broken', message: thrown instanceof Error ? thrown.message : String(thrown) };
}

export function fromErrorData(error: ErrorData): AppError {
  return new AppError(error.code, error.message, error);
}
