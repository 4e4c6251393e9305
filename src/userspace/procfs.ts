/**
 * Files below /proc that the kernel serves: /proc/sys (the sysctls), and what conntrack shows of itself.
 *
 * man 5 proc; Linux: net/netfilter/nf_conntrack_standalone.c
 */
import type { Kernel } from '../kernel/kernel.ts'
import { readSysctl, sysctlNames, writeSysctl } from '../kernel/sysctl-access.ts'
import type { FileError } from './program.ts'
import type { ProcFs } from './shell/state.ts'

const SYS = '/proc/sys/'

/** Files outside of /proc/sys, and what they say; null: this kernel has none. Each comes with the programs that it belongs to. */
const FILES = new Map<string, (k: Kernel) => string | null>()

export function addProcFile(path: string, text: (k: Kernel) => string | null): void {
  FILES.set(path, text)
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
    const value = readSysctl(k, sysctlName(path))
    return value === null ? null : `${value}\n`
  }
  const at = inDir(k, path)
  return at ? at.dir.text(k, at.name) : (FILES.get(path)?.(k) ?? null)
}

function allPaths(k: Kernel): string[] {
  return [
    ...sysctlNames(k).map((n) => SYS + n.replaceAll('.', '/')),
    ...[...FILES].flatMap(([path, text]) => (text(k) === null ? [] : path)),
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
    exists(path): 'file' | 'dir' | null {
      if (fileText(k, path) !== null) return 'file'
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
