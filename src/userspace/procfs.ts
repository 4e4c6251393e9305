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

/** /proc/sys/net/ipv4/conf/eth0/forwarding: net.ipv4.conf.eth0.forwarding. A dot in a device's name is a slash in the sysctl. */
function sysctlName(path: string): string {
  return path.slice(SYS.length).split('/').join('.')
}

function fileText(k: Kernel, path: string): string | null {
  if (path.startsWith(SYS)) {
    const value = readSysctl(k, sysctlName(path))
    return value === null ? null : `${value}\n`
  }
  return FILES.get(path)?.(k) ?? null
}

function allPaths(k: Kernel): string[] {
  return [
    ...sysctlNames(k).map((n) => SYS + n.replaceAll('.', '/')),
    ...[...FILES].flatMap(([path, text]) => (text(k) === null ? [] : path)),
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
