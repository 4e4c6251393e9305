/**
 * Files below /proc that the kernel serves: /proc/sys (the sysctls), and what conntrack shows of itself.
 *
 * man 5 proc; Linux: net/netfilter/nf_conntrack_standalone.c
 */
import type { Kernel } from '../kernel/kernel.ts'
import { sysctlNames, sysctlText, writeSysctl } from '../kernel/sysctl-access.ts'
import type { FileError, Rows } from './program.ts'
import type { ProcFs } from './shell/state.ts'

const SYS = '/proc/sys/'

/** A file outside of /proc/sys. Each comes with the programs that it belongs to. */
interface ProcFile {
  /** What it says; null: this kernel has none. */
  text(k: Kernel): string | null
  rows?: ProcRows
}

/** A file that can be long: it is read a row at a time. Linux: struct seq_operations */
export interface ProcRows {
  /** Does this kernel have it? */
  there(k: Kernel): boolean
  /** What its rows are of, as numbers. */
  list(k: Kernel): number[]
  /** A row with its end of line; '': what it is of has gone meanwhile. */
  row(k: Kernel, id: number): string
}

const FILES = new Map<string, ProcFile>()

export function addProcFile(path: string, text: (k: Kernel) => string | null): void {
  FILES.set(path, { text })
}

export function addProcRows(path: string, rows: ProcRows): void {
  const all = (k: Kernel): string =>
    rows
      .list(k)
      .map((id) => rows.row(k, id))
      .join('')
  FILES.set(path, { rows, text: (k) => (rows.there(k) ? all(k) : null) })
}

function isThere(k: Kernel, file: ProcFile): boolean {
  return file.rows ? file.rows.there(k) : file.text(k) !== null
}

/** A directory whose files come and go. */
export interface ProcDir {
  names(k: Kernel): string[]
  text(k: Kernel, name: string): string
  /** null: done. Without it nobody may write. */
  write?(k: Kernel, name: string, text: string): 'EINVAL' | null
}

const DIRS = new Map<string, ProcDir>()

/** `path` ends with a slash. */
export function addProcDir(path: string, dir: ProcDir): void {
  DIRS.set(path, dir)
}

/** The directory that a file is in, and its name there. */
function inDir(k: Kernel, path: string): { dir: ProcDir; name: string } | null {
  const slash = path.lastIndexOf('/') + 1
  const dir = DIRS.get(path.slice(0, slash))
  const name = path.slice(slash)
  return dir?.names(k).includes(name) ? { dir, name } : null
}

/** /proc/sys/net/ipv4/conf/eth0/forwarding: net.ipv4.conf.eth0.forwarding. A dot in a device's name is a slash in the sysctl. */
function sysctlName(path: string): string {
  return path.slice(SYS.length).split('/').join('.')
}

function fileText(k: Kernel, path: string): string | null {
  if (path.startsWith(SYS)) {
    const value = sysctlText(k, sysctlName(path))
    return value === null ? null : `${value}\n`
  }
  const at = inDir(k, path)
  return at ? at.dir.text(k, at.name) : (FILES.get(path)?.text(k) ?? null)
}

function allPaths(k: Kernel): string[] {
  return [
    ...sysctlNames(k).map((n) => SYS + n.replaceAll('.', '/')),
    ...[...FILES].flatMap(([path, file]) => (isThere(k, file) ? path : [])),
    ...[...DIRS].flatMap(([path, dir]) => dir.names(k).map((name) => path + name)),
  ]
}

/** The /proc of a kernel. */
export function procfs(k: Kernel): ProcFs {
  return {
    read(path): string | FileError {
      const text = fileText(k, path)
      if (text !== null) return text
      return { errno: this.exists(path) === 'dir' ? 'EISDIR' : 'ENOENT' }
    },
    write(path, text): null | FileError {
      const at = inDir(k, path)
      if (at?.dir.write) {
        const errno = at.dir.write(k, at.name, text)
        return errno === null ? null : { errno }
      }
      if (!path.startsWith(SYS)) return { errno: fileText(k, path) === null ? 'ENOENT' : 'EACCES' }
      const errno = writeSysctl(k, sysctlName(path), text.replace(/\n[^]*$/, ''))
      return errno === null ? null : { errno }
    },
    rows(path): Rows | null {
      const rows = FILES.get(path)?.rows
      if (!rows?.there(k)) return null
      return { list: () => rows.list(k), row: (id) => rows.row(k, id) }
    },
    exists(path): 'file' | 'dir' | null {
      const file = FILES.get(path)
      if (file ? isThere(k, file) : fileText(k, path) !== null) return 'file'
      const prefix = path.endsWith('/') ? path : `${path}/`
      return allPaths(k).some((p) => p.startsWith(prefix)) ? 'dir' : null
    },
    list(dir): string[] {
      const prefix = dir.endsWith('/') ? dir : `${dir}/`
      const names = allPaths(k)
        .filter((p) => p.startsWith(prefix))
        .map((p) => p.slice(prefix.length).split('/')[0] ?? '')
      return [...new Set(names)].sort()
    },
  }
}
