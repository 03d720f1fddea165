import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Resident memory of a process in megabytes: the peak since its start if the system reports it, otherwise now. */
export function residentMegabytes(pid: number): number {
  return megabytesOf(pid, 'VmHWM');
}

/** Resident memory of a process now, in megabytes. */
export function residentMegabytesNow(pid: number): number {
  return megabytesOf(pid, 'VmRSS');
}

function megabytesOf(pid: number, line: 'VmHWM' | 'VmRSS'): number {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  const megabytes = Number(kilobytes) / 1024;
  if (!(megabytes > 0)) throw new Error(`The memory of process ${pid} is not available`);
  return megabytes;
}
