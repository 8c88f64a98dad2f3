import { fstatSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { systemCode } from '../../shared/core/system-reason.ts';

const NULL_DEVICE = '/dev/null';

/** Whether standard input is {@link NULL_DEVICE} opened for writing only: GNU nohup does so where it was a terminal. */
const isInputUnreadable = (): boolean => {
  try {
    if (fstatSync(0).rdev !== statSync(NULL_DEVICE).rdev) return false;
    readSync(0, Buffer.alloc(1));
    return false;
  } catch (error: unknown) {
    return systemCode(error) === 'EBADF';
  }
};

/**
 * Whether nohup started this process, directly or through npm. Node gives every signal its default action when it starts, so
 * it forgets that nohup had SIGHUP ignored. What remains is `_`, in which bash and zsh name the command that they start (a
 * script of npm that begins with `exec` keeps it), and how nohup replaces a terminal.
 */
export const isStartedByNohup = (env: NodeJS.ProcessEnv = process.env): boolean =>
  basename(env['_'] ?? '') === 'nohup' || isInputUnreadable();
