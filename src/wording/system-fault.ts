/** What the system's error codes mean for a file or an address. */
const MEANING: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder, and a file is needed',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of this user is used up',
  EFBIG: 'it would be larger than a file may be',
  EMFILE: 'too many files are open here',
  ENFILE: 'the system has too many files open',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk has failed',
};

/** Why a file can't be used: in our words with the system's code, or in the system's words if we have none. */
export function systemFault(error: unknown): string {
  const { code = '', message } = error as { readonly code?: string; readonly message: string };
  const meaning = MEANING[code];
  return meaning === undefined ? message : `${meaning} (${code})`;
}
