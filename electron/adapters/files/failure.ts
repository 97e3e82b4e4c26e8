import { AppError, type ErrorCode } from '../../../shared/errors.ts';

type Kind = { code: ErrorCode; what: string; hint?: string };

const full: Kind = { code: 'unavailable', what: 'the disk is full', hint: 'Free some space and try again.' };
const refused: Kind = { code: 'denied', what: 'the operating system does not permit it', hint: 'Check who owns it and its permissions.' };
const readOnly: Kind = { code: 'denied', what: 'the disk is mounted read-only' };
const busy: Kind = { code: 'unavailable', what: 'it is in use', hint: 'Try again when the program that uses it has let go.' };
const tooMany: Kind = { code: 'unavailable', what: 'too many files are open', hint: 'Try again, or raise the limit of open files.' };
const unreadable: Kind = { code: 'unavailable', what: 'the disk reports an error', hint: 'Check the disk.' };

const kinds: Readonly<Record<string, Kind>> = {
  ENOSPC: full,
  EDQUOT: { ...full, what: 'the disk quota is used up' },
  EACCES: refused,
  EPERM: refused,
  EROFS: readOnly,
  ENOENT: { code: 'missing', what: 'there is no such file or folder' },
  ENOTDIR: { code: 'invalid', what: 'a part of the path is a file, not a folder' },
  EISDIR: { code: 'invalid', what: 'it is a folder, not a file', hint: 'Name a file.' },
  ELOOP: { code: 'invalid', what: 'its links go in a circle' },
  ENAMETOOLONG: { code: 'invalid', what: 'the name is too long' },
  EINVAL: { code: 'invalid', what: 'the path is not valid' },
  ERR_INVALID_ARG_VALUE: { code: 'invalid', what: 'the path is not valid' },
  ERR_FS_FILE_TOO_LARGE: { code: 'limited', what: 'it is too large to be read as a whole', hint: 'Read a part of it.' },
  EFBIG: { code: 'limited', what: 'it would be larger than is permitted here' },
  EBUSY: busy,
  ETXTBSY: busy,
  EMFILE: tooMany,
  ENFILE: tooMany,
  EIO: unreadable,
};

export function errnoOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What went wrong with a path, for the person and for the model: `doing` is a verb, such as "read". */
export function failure(doing: string, path: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const errno = errnoOf(thrown);
  const kind = kinds[errno ?? ''];
  if (!kind) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return new AppError(errno === undefined ? 'broken' : 'unavailable', `Cannot ${doing} ${path}: ${text}`, {
      data: { path },
      cause: thrown,
    });
  }
  return new AppError(kind.code, `Cannot ${doing} ${path}: ${kind.what}`, {
    ...(kind.hint === undefined ? {} : { hint: kind.hint }),
    data: { path },
    cause: thrown,
  });
}
